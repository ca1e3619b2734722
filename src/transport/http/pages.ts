import { existsSync, readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname, join, sep } from 'node:path';
import sirv from 'sirv';
import { pathOf } from '../path.ts';
import { sendJson } from './json.ts';
import { whenOver } from './over.ts';

/** The files of the built call page. */
export interface Pages {
  /** Whether it has a file for the path. */
  takes(path: string): boolean;
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** What the page for embedding has to know of the server before anything else. */
const EMBED_SETTINGS = '/embed.json';
/** What the call page can do on this server. */
const PAGE_SETTINGS = '/page.json';

/**
 * The built call page in `folder`; null if it was not built.
 *
 * @param embedOrigins origins of pages that may frame the page for embedding, which it asks for
 * @param segmenter the folder of the package `@mediapipe/selfie_segmentation`, which is served beside the page; null without
 */
export function openPages(
  folder: string,
  embedOrigins: readonly string[],
  segmenter: string | null,
): Pages | null {
  if (!existsSync(folder)) return null;
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
  const settings: Readonly<Record<string, object>> = {
    [EMBED_SETTINGS]: { origins: embedOrigins },
    [PAGE_SETTINGS]: { backgroundBlur: segmenter !== null },
  };
  const ofSegmenter = segmenter === null ? [] : filesIn(segmenter);
  const prefix = segmenter === null ? '' : `/${basename(segmenter)}`;
  const blurring = new Set(ofSegmenter.map((path) => `${prefix}${path}`));
  const serveBlurring = segmenter === null ? serve : sirv(dirname(segmenter), { etag: true });
  const paths = new Set(['/', ...Object.keys(settings), ...filesIn(folder), ...blurring]);
  return {
    takes: (path) => paths.has(path),
    serve: (request, response) =>
      new Promise((resolve, reject) => {
        whenOver(request, response, resolve);
        // The files are small, and the library answers odd ranges wrongly or not at all (RFC 9110 §14.2 lets a server do so).
        delete request.headers.range;
        const path = pathOf(request);
        const setting = settings[path];
        if (setting !== undefined) {
          sendJson(response, 200, setting);
          return;
        }
        const serveFile = blurring.has(path) ? serveBlurring : serve;
        serveFile(request, response, () =>
          reject(new Error(`The file of ${request.url} is gone.`)),
        );
      }),
  };
}

/** The paths of a folder's files, relative to it. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length).replaceAll(sep, '/'))
    .map((path) => (path.startsWith('/') ? path : `/${path}`));
}
