import { readFile } from 'node:fs/promises';
import { packageFile } from '../../../package-file.ts';

/** A part of the GraphiQL page. */
export interface PagePart {
  readonly html: string;
  /** The text of its only script, which has to be allowed. */
  readonly script: string;
}

const SCRIPT = packageFile('transport/http/graphiql/account-bar-script.js');
const STYLE = `
body { display: flex; flex-direction: column; height: 100vh; margin: 0 }
#root { flex: 1; min-height: 0; height: auto }
#root > *, #root .graphiql-container { height: 100% }
#account-bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; padding: 8px 16px;
  font: 14px/1.4 system-ui, sans-serif; color: #1b2240; background: #e8ebfa; border-bottom: 1px solid #b9c1e6 }
#account-bar p { margin: 0; flex: 1 1 auto }
#account-bar button, #account-form button { font: inherit; padding: 4px 12px; border: 1px solid #3b4aa8;
  border-radius: 4px; color: #fff; background: #3b4aa8; cursor: pointer }
#account-bar button:focus-visible, #account-form :focus-visible { outline: 3px solid #e0a100; outline-offset: 1px }
#account-form { font: 14px/1.4 system-ui, sans-serif; color: #1b2240; background: #fff; border: 1px solid #b9c1e6;
  border-radius: 8px; padding: 20px; width: min(340px, 90vw) }
#account-form h2 { margin: 0 0 12px; font-size: 18px }
#account-form label { display: block; margin-bottom: 10px }
#account-form input { display: block; box-sizing: border-box; width: 100%; font: inherit; padding: 6px;
  border: 1px solid #6b7280; border-radius: 4px; color: inherit; background: #fff }
#account-form p { margin: 0 0 10px; color: #a40e26 }
#account-form button[type="button"] { color: #3b4aa8; background: #fff }
@media (prefers-color-scheme: dark) { #account-bar { color: #e8ebfa; background: #1b2240; border-color: #3b4aa8 } }
`;

/** The bar over GraphiQL that says who is signed in, with buttons that change it. */
export async function readAccountBar(): Promise<PagePart> {
  const file = await readFile(SCRIPT, 'utf8');
  const script = file.replace(/^\/\/# sourceMappingURL=.*$/m, '');
  const html = [
    `<style>${STYLE}</style>`,
    '<div id="account-bar"><p role="status"></p></div>',
    '<dialog id="account-form" aria-labelledby="account-form-title"></dialog>',
    `<script type="module">${script}</script>`,
  ].join('\n');
  return { html, script };
}
