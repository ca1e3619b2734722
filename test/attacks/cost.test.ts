import { describe, expect } from 'vitest';
import { send } from '../kit/http.ts';
import { Wire } from '../kit/wire.ts';
import { attacks } from './attack.ts';
import { asStranger, bothWays, limitsOf } from './both-ways.ts';

const SEND =
  'mutation ($input: SendIceCandidatesInput!) { sendIceCandidates(input: $input) { __typename } }';

const fanOut = (depth: number) =>
  `{ me { ...F0 } } ${Array.from({ length: depth }, (_, i) => `fragment F${i} on Account { ...F${i + 1} ...F${i + 1} }`).join(' ')}`;

const nested = (levels: number): unknown =>
  Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 1);

describe('where the schema is shown', () => {
  attacks({ INTROSPECTION: 'on' }, (attack) => {
    attack(
      'fragments that fan out to an unknown one, by POST, GET and WebSocket',
      async (server) => {
        for (const depth of [20, 40, 60]) {
          const query = fanOut(depth);
          for (const { errors } of await bothWays(server, query)) {
            expect(errors[0]?.message).toBe(`Unknown fragment "F${depth}".`);
          }
          const answer = await send(`${server.graphqlUrl}?query=${encodeURIComponent(query)}`, {
            headers: { accept: 'application/json', ...asStranger() },
          });
          expect(answer.text).toContain('Unknown fragment');
        }
        return 'a validation error, before anything is measured';
      },
    );

    attack('lists by aliases', async (server) => {
      const list = 'rooms(first: 100) { edges { node { participants { user { id } } } } }';
      const query = `{ ${Array.from({ length: 15 }, (_, i) => `a${i}: ${list}`).join(' ')} }`;
      for (const got of await bothWays(server, query)) expect(limitsOf(got)).toEqual(['objects']);
      return 'an error that names the limit "objects"';
    });

    attack('the schema twice in one document', async (server) => {
      const query = '{ a: __schema { types { name } } b: __schema { types { name } } }';
      for (const got of await bothWays(server, query)) expect(limitsOf(got)).toEqual(['__schema']);
      return 'an error that names the limit "__schema"';
    });

    attack('wrong items without end in a variable', async (server) => {
      const candidates = Array.from({ length: 12_000 }, () => 5);
      const input = { roomId: 'x', to: 'y', candidates };
      // Once more when it is compiled.
      for (let run = 0; run < 3; run += 1) {
        for (const got of await bothWays(server, SEND, { input })) {
          expect(limitsOf(got)).toEqual(['items']);
        }
      }
      return 'an error that names the limit "items", before any is looked at';
    });

    attack('variables of many levels', async (server) => {
      for (const levels of [9, 900, 3000]) {
        const input = { roomId: 'x', to: 'y', candidates: nested(levels) };
        for (const got of await bothWays(server, SEND, { input })) {
          expect(limitsOf(got)).toEqual(['depth']);
        }
      }
      return 'an error that names the limit "depth"';
    });

    attack('long ids and pings', async (server) => {
      const id = await Wire.ready(server.socketUrl);
      id.subscribe('i'.repeat(129), '{ __typename }');
      expect(await id.closed()).toBe(4400);
      const ping = await Wire.ready(server.socketUrl);
      ping.send(JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(60_000) } }));
      expect(await ping.closed()).toBe(4400);
      return 'closes with 4400';
    });
  });
});

describe('where the schema is hidden', () => {
  attacks({}, (attack) => {
    attack('names of the schema in errors of variables', async (server) => {
      const query =
        'mutation ($input: CreateRoomInput!) { createRoom(input: $input) { __typename } }';
      for (const input of [{ access: 'OPN' }, { acess: 'OPEN' }, 5]) {
        for (const { errors } of await bothWays(server, query, { input })) {
          expect(errors.map(({ message }) => message)).toEqual([
            'Variable "$input" got an invalid value.',
          ]);
        }
      }
      return 'the name of the variable';
    });
  });
});
