import { Agent, request } from 'node:http';

/** Of every account that the generator makes. */
export const password = 'correct horse battery';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** Posts JSON to the server under test and reads the JSON it answers; rejects on any other answer. */
export function postJson<Answer>(
  port: number,
  path: string,
  body: object,
  headers: Record<string, string> = {},
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
    sent.on('error', reject);
    sent.end(text);
  });
}
