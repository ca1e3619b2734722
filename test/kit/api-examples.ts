import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { EXAMPLES, type Example, readExample, written } from '../../scripts/api-examples.ts';
import { post } from './people.ts';
import type { TestServer } from './server.ts';

type Json = Example['answer'];

/** Who asks: with which token, with which headers, over which socket. Nobody and by HTTP without. */
export interface Asker {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly socket?: Client;
}

/** Shown instead of what is another value in each run. */
const SHOWN: Readonly<Record<string, Json>> = {
  cursor: 'CURSOR',
  endCursor: 'CURSOR',
  token: 'TOKEN',
  remainingMs: 30_000,
};
const TIME = '2026-01-31T12:00:00.000Z';

/** Runs the examples of docs/examples against a server, with words such as `ROOM_ID` for ids that it gave. */
export class ExampleRunner {
  readonly ran: string[] = [];
  readonly #shown = new Map<string, string>();
  readonly #real = new Map<string, string>();
  readonly #sockets: Client[] = [];

  constructor(private readonly server: TestServer) {}

  /** From now on the word stands for this value. */
  name(word: string, value: unknown): string {
    if (typeof value !== 'string') throw new Error(`${word} is ${JSON.stringify(value)}`);
    this.#shown.set(value, word);
    this.#real.set(word, value);
    return value;
  }

  /** What a word stands for. */
  real(word: string): string {
    return this.#real.get(word) ?? word;
  }

  socket(token: string): Client {
    const { socketUrl: url } = this.server;
    const socket = createClient({ url, webSocketImpl: WebSocket, connectionParams: { token } });
    this.#sockets.push(socket);
    return socket;
  }

  /**
   * Runs an example. `names` says where in its data the values of words are: `{ ROOM_ID: 'createRoom.room.id' }`.
   * Returns its file as it should be, and its data.
   */
  async run(
    name: string,
    by: Asker = {},
    names: Readonly<Record<string, string>> = {},
  ): Promise<{ file: string; path: string; data: unknown }> {
    this.ran.push(name);
    const { variables } = readExample(name);
    const query = readFileSync(join(EXAMPLES, `${name}.graphql`), 'utf8');
    const data = await this.ask(query, variables, by);
    if (at(data, `${name}.message`) !== undefined)
      throw new Error(`${name}: ${JSON.stringify(data)}`);
    for (const [word, path] of Object.entries(names)) this.name(word, at(data, path));
    const answer = this.#normalised(data as Json, name);
    return { path: join(EXAMPLES, `${name}.json`), file: written({ variables, answer }), data };
  }

  /** Asks for what no example is about. Over a socket it resolves to the first answer, and a subscription goes on. */
  async ask(query: string, variables: unknown, by: Asker = {}): Promise<unknown> {
    const filled: Record<string, unknown> = JSON.parse(JSON.stringify(variables), (_, value) =>
      typeof value === 'string' ? this.real(value) : value,
    );
    if (by.socket) return first(by.socket, query, filled);
    const headers = {
      ...(by.token && { authorization: `Bearer ${by.token}` }),
      ...by.headers,
    };
    const { data, errors } = await post(this.server.graphqlUrl, query, filled, headers);
    if (errors) throw new Error(`${query}\n${JSON.stringify(errors)}`);
    return data;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#sockets.map((socket) => socket.dispose()));
  }

  #normalised(value: Json, where: string): Json {
    if (Array.isArray(value)) return value.map((one) => this.#normalised(one, where));
    if (value === null || typeof value !== 'object') {
      return typeof value === 'string' ? (this.#shown.get(value) ?? value) : value;
    }
    const entries = Object.entries(value).map(([key, one]): [string, Json] => {
      const path = `${where}.${key}`;
      if (one === null) return [key, one];
      if (SHOWN[key] !== undefined) return [key, SHOWN[key]];
      if (typeof one === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(one)) return [key, TIME];
      const shown = this.#normalised(one, path);
      if (/^(id|from)$|Id$/.test(key) && typeof shown === 'string' && !/^[A-Z_]+$/.test(shown)) {
        throw new Error(`${path} is ${shown}, another value in each run: give it a name`);
      }
      return [key, shown];
    });
    return Object.fromEntries(entries);
  }
}

/** The value at a path such as `createRoom.room.id`, or `me.sessions.0.id`. */
export function at(data: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], data);
}

function first(socket: Client, query: string, variables: Record<string, unknown>) {
  return new Promise<unknown>((resolve, reject) => {
    socket.subscribe(
      { query, variables },
      {
        next: ({ data, errors }) =>
          errors ? reject(new Error(JSON.stringify(errors))) : resolve(data),
        error: reject,
        complete: () => reject(new Error(`No answer to ${query}`)),
      },
    );
  });
}
