import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import {
  CloseRoomDocument,
  CreateRoomDocument,
  LoginDocument,
  MeDocument,
  RegisterDocument,
  RoomDocument,
  RoomsDocument,
} from '../../src/client/generated/graphql.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

async function withServer(
  env: Record<string, string>,
  use: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await startServer({ env });
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

async function logIn(server: TestServer, person: Pick<Person, 'email' | 'password'>) {
  const { email, password } = person;
  const input = { email, password, delivery: 'BEARER' as const };
  return (await post(server.graphqlUrl, LoginDocument, { input })).data?.login;
}

describe('passwords', () => {
  const signUp = (server: TestServer, password: string, number = 0) =>
    post(server.graphqlUrl, RegisterDocument, {
      input: { name: 'Ann', email: `ann${number}@example.com`, password, delivery: 'BEARER' },
    }).then(({ data }) => data?.register.__typename);

  test('PASSWORD_MIN_LENGTH: at it is accepted, below it is invalid', () =>
    withServer({ PASSWORD_MIN_LENGTH: '12' }, async (server) => {
      expect(await signUp(server, 'dzkwqpwmvbra'.slice(0, 11))).toBe('InvalidInputError');
      expect(await signUp(server, 'dzkwqpwmvbra')).toBe('RegisterSuccess');
    }));

  test('PASSWORD_QUEUE: past it a registration is refused before it costs anything', () =>
    withServer({ PASSWORD_QUEUE: '1' }, async (server) => {
      const crowd = Array.from({ length: availableParallelism() + 10 }, (_, number) =>
        signUp(server, 'dzkwqpwmvbra', number),
      );
      const answers = await Promise.all(crowd);
      expect(new Set(answers)).toEqual(new Set(['RegisterSuccess', 'RateLimitedError']));
      expect(await signUp(server, 'dzkwqpwmvbra', 1000)).toBe('RegisterSuccess');
    }));
});

test('REGISTRATIONS_PER_ADDRESS: so many new accounts of an address, past them it waits and nobody else does', () =>
  withServer({ REGISTRATIONS_PER_ADDRESS: '3', TRUST_PROXY: 'loopback' }, async (server) => {
    const signUp = async (number: number, address: string) => {
      const email = `ann${number}@example.com`;
      const input = { name: 'Ann', email, password: 'dzkwqpwmvbra', delivery: 'BEARER' as const };
      const headers = { 'x-forwarded-for': address };
      return (await post(server.graphqlUrl, RegisterDocument, { input }, headers)).data?.register;
    };
    for (let number = 0; number < 3; number += 1) {
      expect((await signUp(number, '192.0.2.1'))?.__typename).toBe('RegisterSuccess');
    }
    expect(await signUp(3, '192.0.2.1')).toMatchObject({
      __typename: 'RateLimitedError',
      retryAfter: 1,
    });
    expect((await signUp(3, '192.0.2.2'))?.__typename).toBe('RegisterSuccess');
    // Who has an account signs in as ever.
    const known = { email: 'ann0@example.com', password: 'dzkwqpwmvbra' };
    expect((await logIn(server, known))?.__typename).toBe('LoginSuccess');
  }));

test('ROOMS_PER_USER: so many rooms of a host, also when made at once; past them one has to be closed', () =>
  withServer({ ROOMS_PER_USER: '3' }, async (server) => {
    const ann = await register(server.graphqlUrl, 'Ann');
    const bob = await register(server.graphqlUrl, 'Bob');
    const make = async (person: Person) =>
      (await post(server.graphqlUrl, CreateRoomDocument, { input: {} }, person.headers)).data
        ?.createRoom;
    const first = await createRoom(server.graphqlUrl, ann);
    await Promise.all(Array.from({ length: 10 }, () => make(ann)));
    const { data } = await post(server.graphqlUrl, RoomsDocument, { first: 10 }, ann.headers);
    expect(data?.rooms.edges.length).toBeLessThanOrEqual(3);
    while ((await make(ann))?.__typename === 'CreateRoomSuccess');
    const full = await post(server.graphqlUrl, RoomsDocument, { first: 10 }, ann.headers);
    expect(full.data?.rooms.edges).toHaveLength(3);
    // Until the oldest would end by itself.
    const refused = await make(ann);
    expect(refused).toMatchObject({ __typename: 'RateLimitedError' });
    expect((await make(bob))?.__typename).toBe('CreateRoomSuccess');
    const input = { roomId: first.id };
    await post(server.graphqlUrl, CloseRoomDocument, { input }, ann.headers);
    expect((await make(ann))?.__typename).toBe('CreateRoomSuccess');
  }));

describe('sessions', () => {
  test('SESSIONS_PER_USER: one more ends the oldest', () =>
    withServer({ SESSIONS_PER_USER: '3' }, async (server) => {
      const ann = await register(server.graphqlUrl);
      const tokens = [ann.token];
      const alive = async () => {
        const me = tokens.map((token) =>
          post(server.graphqlUrl, MeDocument, {}, { authorization: `Bearer ${token}` }),
        );
        return (await Promise.all(me)).map(({ data }) => data?.me != null);
      };
      const again = async () => {
        const login = await logIn(server, ann);
        if (login?.__typename !== 'LoginSuccess' || typeof login.token !== 'string') {
          throw new Error(JSON.stringify(login));
        }
        tokens.push(login.token);
      };
      await again();
      await again();
      expect(await alive()).toEqual([true, true, true]);
      await again();
      expect(await alive()).toEqual([false, true, true, true]);
    }));
});

describe('guessing', () => {
  const wrong = 'not the password';

  test('ACCOUNT_FAILURES: so many failed sign-ins of an account, past them even the right one waits', () =>
    withServer({ ACCOUNT_FAILURES: '3' }, async (server) => {
      const ann = await register(server.graphqlUrl, 'Ann');
      const bob = await register(server.graphqlUrl, 'Bob');
      for (let failed = 0; failed < 3; failed += 1) {
        const answer = await logIn(server, { ...ann, password: wrong });
        expect(answer?.__typename).toBe('BadCredentialsError');
      }
      expect(await logIn(server, ann)).toMatchObject({
        __typename: 'RateLimitedError',
        retryAfter: expect.any(Number),
      });
      expect((await logIn(server, bob))?.__typename).toBe('LoginSuccess');
    }));

  test('ADDRESS_FAILURES: so many failed sign-ins of an address, whatever the accounts', () =>
    withServer({ ADDRESS_FAILURES: '3' }, async (server) => {
      const ann = await register(server.graphqlUrl, 'Ann');
      for (let failed = 0; failed < 3; failed += 1) {
        const answer = await logIn(server, { email: `x${failed}@example.com`, password: wrong });
        expect(answer?.__typename).toBe('BadCredentialsError');
      }
      expect((await logIn(server, ann))?.__typename).toBe('RateLimitedError');
    }));

  test('UNKNOWN_ROOMS: so many rooms that are not there, past them no room is told of', () =>
    withServer({ UNKNOWN_ROOMS: '3' }, async (server) => {
      const ann = await register(server.graphqlUrl, 'Ann');
      const bob = await register(server.graphqlUrl, 'Bob');
      const { id } = await createRoom(server.graphqlUrl, ann);
      const ask = (person: Person, room: string) =>
        post(server.graphqlUrl, RoomDocument, { id: room }, person.headers);
      for (let guess = 0; guess < 3; guess += 1) {
        const { data } = await ask(bob, `000000000000000${guess}`);
        expect(data).toEqual({ room: null });
      }
      const { errors } = await ask(bob, id);
      expect(errors?.[0]?.extensions?.code).toBe('RATE_LIMITED');
      expect((await ask(ann, id)).data?.room?.id).toBe(id);
    }));

  test('UNKNOWN_ROOMS_PER_ADDRESS: so many of all accounts there, past them nobody there is told of a room', () =>
    withServer({ UNKNOWN_ROOMS_PER_ADDRESS: '3', TRUST_PROXY: 'loopback' }, async (server) => {
      const ann = await register(server.graphqlUrl, 'Ann');
      const { id } = await createRoom(server.graphqlUrl, ann);
      const ask = (person: Person, room: string, address: string) =>
        post(
          server.graphqlUrl,
          RoomDocument,
          { id: room },
          { ...person.headers, 'x-forwarded-for': address },
        );
      for (let guess = 0; guess < 3; guess += 1) {
        const eve = await register(server.graphqlUrl, 'Eve');
        const { data } = await ask(eve, `000000000000000${guess}`, '192.0.2.1');
        expect(data).toEqual({ room: null });
      }
      const { errors } = await ask(ann, id, '192.0.2.1');
      expect(errors?.[0]?.extensions?.code).toBe('RATE_LIMITED');
      expect((await ask(ann, id, '192.0.2.2')).data?.room?.id).toBe(id);
    }));

  test('MAILS_PER_EMAIL: so many mails to one email, past them none', () =>
    withServer({ MAILS_PER_EMAIL: '2' }, async (server) => {
      const ask = async (email: string) => {
        const query = `mutation($input: RequestPasswordResetInput!) {
          requestPasswordReset(input: $input) { __typename }
        }`;
        const { data } = await post(server.graphqlUrl, query, { input: { email } });
        return (data as { requestPasswordReset: { __typename: string } }).requestPasswordReset;
      };
      const emails = ['ann@example.com', 'ann@example.com', 'ann@example.com', 'bob@example.com'];
      const answers: string[] = [];
      for (const email of emails) answers.push((await ask(email)).__typename);
      expect(answers).toEqual([
        'RequestPasswordResetSuccess',
        'RequestPasswordResetSuccess',
        'RateLimitedError',
        'RequestPasswordResetSuccess',
      ]);
    }));
});

test('PREPARING_MS_PER_SECOND: an address that sends new documents without end is stopped, and known ones still run', () =>
  withServer({ PREPARING_MS_PER_SECOND: '1' }, async (server) => {
    const known = '{ __typename }';
    const fields = Array.from({ length: 400 }, () => '__typename').join(' ');
    expect((await post(server.graphqlUrl, known)).errors).toBeUndefined();
    let code: unknown;
    for (let sent = 0; sent < 5000 && code === undefined; sent += 1) {
      const { errors } = await post(server.graphqlUrl, `query Q${sent} { me { id } } # ${fields}`);
      code = errors?.[0]?.extensions?.code;
      // What is in use is kept, however many are new.
      expect((await post(server.graphqlUrl, known)).errors).toBeUndefined();
    }
    expect(code).toBe('RATE_LIMITED');
  }));
