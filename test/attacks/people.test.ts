import { expect } from 'vitest';
import { mutate } from '../kit/mutate.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { attacks } from './attack.ts';

/** Names that show nothing, or show as somebody else's. */
const NOTHING = [
  '\u3164',
  '\u115F\u1160',
  '\uFFA0',
  '\u2800',
  '\u200B\u2060',
  '\u{E0041}',
  '\uFE0F',
  '\u202E\u2066',
];
const TWINS = ['Аnn', 'A\u200Bnn', '\u202EAnn', 'Ａｎｎ', 'Ann\u3164', 'ANN', 'An\u{E0061}n'];
const ICE = 'query ($roomId: ID) { iceServers(roomId: $roomId) { servers { urls credential } } }';
const TURN = { TURN_URLS: 'turn:127.0.0.1:3478', TURN_SECRET: 'a shared secret for relays' };

attacks(
  {
    ...TURN,
    // The attacks try many names, each of them over and over.
    TOLD_BURST: '100000',
    GUESTS_PER_ADDRESS: '100000',
    UNKNOWN_ROOMS: '100000',
    UNKNOWN_ROOMS_PER_ADDRESS: '100000',
  },
  (attack) => {
    attack(
      'names of nothing, and names that look like somebody else’s',
      async ({ graphqlUrl: url }) => {
        const ann = await register(url, 'Ann');
        const eve = await register(url, 'Eve');
        const rename = (name: string) =>
          mutate(url, 'updateProfile', { name }, 'account { id name }', eve.headers);
        for (const name of NOTHING)
          expect((await rename(name)).__typename).toBe('InvalidInputError');
        const { id } = await createRoom(url, ann);
        const keyOf = async () => {
          const owned = await createRoom(url, eve);
          return (owned.owner as { nameKey: string }).nameKey;
        };
        const document = 'query ($id: ID!) { room(id: $id) { owner { nameKey } } }';
        const { data } = await post<{ room: { owner: { nameKey: string } } }, object>(
          url,
          document,
          { id },
          ann.headers,
        );
        for (const name of TWINS) {
          await rename(name);
          expect(await keyOf(), name).toBe(data?.room.owner.nameKey);
        }
        return `${NOTHING.length} refusals, and the mark of a second Ann for ${TWINS.length} spellings`;
      },
    );

    attack('TURN credentials without being in a call', async ({ graphqlUrl: url }) => {
      const [ann, eve] = [await register(url, 'Ann'), await register(url, 'Eve')];
      const { id } = await createRoom(url, ann, { allowGuests: true });
      const entrance = { roomId: id, name: 'Guest', delivery: 'BEARER' };
      const { token } = await mutate(url, 'enterAsGuest', entrance, 'token');
      for (const headers of [eve.headers, { authorization: `Bearer ${token}` }, {}]) {
        for (const roomId of [null, id, '0123456789abcdef', 'nonsense', '\uD800']) {
          const answer = await post(url, ICE, { roomId }, headers);
          expect(JSON.stringify(answer.data ?? null)).not.toContain('turn:');
        }
      }
      return 'STUN servers at most';
    });

    attack(
      'who holds a link that verifies an email asks whose it is',
      async ({ graphqlUrl: url }) => {
        for (const field of ['account { id email name }', 'account { sessions { id } }', 'email']) {
          const query = `mutation { verifyEmail(input: { token: "x" }) { ... on VerifyEmailSuccess { ${field} } } }`;
          expect((await post(url, query)).errors).toBeDefined();
        }
        return 'no such field';
      },
    );
  },
);
