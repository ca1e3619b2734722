/** The limits of fetching a document of an issuer. */
export interface FetchBounds {
  /** The largest size of the document. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Fetches a JSON document. It follows no redirect, and reads no more than `maxBytes`.
 *
 * @throws Error whose message says what is wrong, as part of a sentence
 */
export async function fetchJson(url: string, { maxBytes, signal }: FetchBounds): Promise<unknown> {
  const response = await ask(url, signal);
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    throw new Error(`${url} redirects (${response.status}), and redirects are not followed`);
  }
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url} answers ${response.status}`);
  }
  const text = await readText(response, url, maxBytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${url} does not answer with JSON`);
  }
}

async function ask(url: string, signal: AbortSignal): Promise<Response> {
  const headers = { accept: 'application/json' };
  try {
    return await fetch(url, { headers, redirect: 'manual', signal });
  } catch (error) {
    throw new Error(`${url} ${reasonOf(error)}`, { cause: error });
  }
}

async function readText(response: Response, url: string, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of response.body ?? []) {
      bytes += part.byteLength;
      // Leaving the loop ends the connection: the rest is not read.
      if (bytes > maxBytes) break;
      parts.push(part);
    }
  } catch (error) {
    throw new Error(`${url} ${reasonOf(error)}`, { cause: error });
  }
  if (bytes > maxBytes) throw new Error(`${url} answers with more than ${maxBytes} bytes`);
  return Buffer.concat(parts).toString('utf8');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'does not answer in time';
  // The error of Node.js' fetch itself says nothing; its cause says what went wrong.
  const { cause } = error;
  return `cannot be reached (${cause instanceof Error ? cause.message || cause.name : error.message})`;
}
