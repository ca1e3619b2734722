import { password, postJson } from '../http.ts';
import type { Protocol } from '../participant.ts';
import { graphQL } from './graphql.ts';
import { PeerQLDevice } from './peerql-rings.ts';

interface Answer {
  data?: Record<string, { __typename: string; [field: string]: unknown } | null>;
  errors?: { message: string }[];
}

interface Session {
  __typename: string;
  token?: string;
  message?: string;
  issues?: { path: string[]; message: string }[];
}

const signIn = (name: 'register' | 'login', type: string) =>
  `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename ... on ${type}Success { token } ... on Error { message } ... on InvalidInputError { issues { path message } } } }`;
const registerDocument = signIn('register', 'Register');
const loginDocument = signIn('login', 'Login');
const reachableDocument =
  'mutation ($input: UpdateReachabilityInput!) { updateReachability(input: $input) { __typename } }';
const createRoomDocument =
  'mutation ($input: CreateRoomInput!) { createRoom(input: $input) { __typename ... on CreateRoomSuccess { room { id } } ... on Error { message } } }';

async function operation<Result>(
  port: number,
  query: string,
  input: object,
  token?: string,
): Promise<Result> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await postJson<Answer>(port, '/graphql', { query, variables: { input } }, headers);
  const result = Object.values(answer.data ?? {})[0];
  if (!result) throw new Error(JSON.stringify(answer));
  return result as Result;
}

/** Creates an account and returns the token of its session, or null when the server is overloaded. */
export async function register(port: number, email: string): Promise<string | null> {
  const input = { name: 'Bench', email, password, delivery: 'BEARER' };
  return tokenOf(await operation<Session>(port, registerDocument, input));
}

async function login(port: number, email: string): Promise<string | null> {
  const input = { email, password, delivery: 'BEARER' };
  return tokenOf(await operation<Session>(port, loginDocument, input));
}

function tokenOf(session: Session): string | null {
  if (session.token) return session.token;
  if (session.__typename === 'RateLimitedError') return null;
  throw new Error(JSON.stringify(session));
}

export interface PeerQLOptions {
  /** One token for each account; participants use them in turn. */
  tokens: string[];
  /** Whether each send has a `signalId`, as in the SDK. */
  signalIds: boolean;
}

/** PeerQL's own protocol. Accounts are created beforehand; rooms are created over HTTP. */
export function peerQL(ports: readonly number[], { tokens, signalIds }: PeerQLOptions): Protocol {
  const [port = 0] = ports;
  const tokenOfUser = (user: number) => tokens[user % tokens.length] ?? '';
  const createRoom = async (host: number, capacity: number): Promise<string> => {
    const input = { capacity: Math.max(2, capacity) };
    const result = await operation<{ __typename: string; room?: { id: string } }>(
      port,
      createRoomDocument,
      input,
      tokenOfUser(host),
    );
    if (!result.room) throw new Error(JSON.stringify(result));
    return result.room.id;
  };
  /** A device of a user whom everybody may ring. */
  const device = async (user: number) => {
    const token = tokenOfUser(user);
    const headers = { authorization: `Bearer ${token}` };
    const query = '{ me { id } }';
    const answer = await postJson<Answer>(port, '/graphql', { query }, headers);
    await operation(port, reachableDocument, { allowCallsFrom: 'EVERYONE' }, token);
    const endpoint = {
      host: '127.0.0.1',
      port: ports[user % ports.length] ?? port,
      path: '/graphql',
      protocol: 'graphql-transport-ws',
    };
    return new PeerQLDevice(endpoint, token, String(answer.data?.me?.id));
  };
  return {
    device,
    ...graphQL(ports, tokenOfUser, createRoom, signalIds),
    accounts: {
      register: async (email) => (await register(port, email)) !== null,
      login: async (email) => (await login(port, email)) !== null,
    },
  };
}
