import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import sirv from 'sirv';

/** Answers with a file of the call page, if the path names one; resolves to whether it did. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** Serves the built call page from `folder`; nothing where it was not built. */
export function servePages(folder: string): Pages {
  if (!existsSync(folder)) return () => Promise.resolve(false);
  const serve = sirv(folder, {
    etag: true,
    setHeaders: (response, path) => {
      // Built files carry a hash of their content in their names; the page itself does not.
      const lasting = path.startsWith('/assets/');
      response.setHeader(
        'Cache-Control',
        lasting ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  return (request, response) =>
    new Promise((resolve) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        resolve(false);
        return;
      }
      response.once('close', () => resolve(true));
      serve(request, response, () => resolve(false));
    });
}
