import { Agent, request } from 'node:http';

/** The password of every account that the generator creates. */
export const password = 'correct horse battery';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/**
 * Posts JSON to the server under test and reads the JSON answer; rejects on any other answer. If the server closes a
 * kept connection just as it is used again, the request is repeated on another one.
 */
export async function postJson<Answer>(
  port: number,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  for (;;) {
    try {
      return await post<Answer>(port, path, body, headers);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
    }
  }
}

class StaleConnection extends Error {}

function post<Answer>(
  port: number,
  path: string,
  body: object,
  headers: Record<string, string>,
): Promise<Answer> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
          accept: 'application/json',
          ...headers,
        },
      },
      (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          answer += chunk;
        });
        response.on('end', () => {
          if (response.statusCode !== 200) {
            reject(new Error(`${path} answered ${response.statusCode}: ${answer.slice(0, 500)}`));
          } else resolve(JSON.parse(answer) as Answer);
        });
        response.on('error', reject);
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const stale = sent.reusedSocket && error.code === 'ECONNRESET';
      reject(stale ? new StaleConnection() : error);
    });
    sent.end(text);
  });
}
