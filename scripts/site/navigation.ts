import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';

/** One heading of docs/README.md with the pages that are listed below it. */
export interface NavigationGroup {
  readonly title: string;
  /** Paths from the root of the repository, in the order of the list. */
  readonly files: readonly string[];
}

/** Everything that docs/README.md lists: the navigation of the site, so that a new page is named in one place. */
export function navigation(root: string): NavigationGroup[] {
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
  const [, ...parts] = index.split(/^## /m);
  return parts
    .map((part) => ({
      title: part.slice(0, part.indexOf('\n')).trim(),
      files: [...part.matchAll(/^(?:-|\d+\.) \[[^\]]+\]\(([^)#\s]+)\)/gm)].map(([, link = '']) =>
        normalize(join('docs', link)),
      ),
    }))
    .filter(({ files }) => files.length > 0);
}
