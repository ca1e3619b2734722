import { post } from '../kit/people.ts';
import { Wire } from '../kit/wire.ts';
import type { AttackedServer } from './attacked-server.ts';

interface Failure {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** What one operation answered. */
export interface Got {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly Failure[];
}

let strangers = 0;

/** The header by which the proxy in front says that a request is of an address that has not been seen before. */
export function asStranger(): { 'x-forwarded-for': string } {
  strangers += 1;
  return {
    'x-forwarded-for': `10.${(strangers >> 16) & 255}.${(strangers >> 8) & 255}.${strangers & 255}`,
  };
}

/** Runs an operation over HTTP and over a WebSocket, which has to stay open. */
export async function bothWays(
  server: AttackedServer,
  query: string,
  variables: Record<string, unknown> = {},
  token?: string,
): Promise<readonly [http: Got, ws: Got]> {
  const address = asStranger();
  const headers = {
    ...address,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const answer = await post<Record<string, unknown>, object>(
    server.graphqlUrl,
    query,
    variables,
    headers,
  );
  const wire = await Wire.ready(server.socketUrl, token, { headers: address });
  const frame = await wire.run('1', query, variables);
  const after = await wire.run('2', '{ __typename }');
  if (after.type !== 'next') throw new Error('The socket did not stay open.');
  wire.end();
  return [{ data: answer.data ?? null, errors: answer.errors ?? [] }, toGot(frame)];
}

function toGot(frame: { type: string; payload?: unknown }): Got {
  if (frame.type === 'error') return { data: null, errors: frame.payload as Failure[] };
  const { data, errors } = frame.payload as { data?: Got['data']; errors?: Failure[] };
  return { data: data ?? null, errors: errors ?? [] };
}

/** The limits that errors name. */
export function limitsOf({ errors }: Got): unknown[] {
  return errors.map(({ extensions }) => extensions?.limit);
}
