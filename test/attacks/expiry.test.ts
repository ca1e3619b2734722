import { expect, test } from 'vitest';
import { Participant } from '../kit/participant.ts';
import { createRoom, post, register } from '../kit/people.ts';
import { Wire } from '../kit/wire.ts';
import { AttackedServer } from './attacked-server.ts';

// No call goes on beside this one: its sessions would expire as well.
test('a session that expires while its socket is open ends with 4403', async () => {
  const server = await AttackedServer.start({ SESSION_SECONDS: '3', HEARTBEAT_SECONDS: '1' });
  const ann = await register(server.graphqlUrl);
  server.keepsSecret(ann.token, ann.password);
  const room = await createRoom(server.graphqlUrl, ann);
  const stay = new Participant(server.socketUrl, ann);
  await stay.join({ roomId: room.id });
  const wire = await Wire.ready(server.socketUrl, ann.token);
  const ask = setInterval(
    () => wire.subscribe(`${Date.now()}`, '{ rooms { edges { cursor } } }'),
    50,
  );
  expect(await wire.closed()).toBe(4403);
  clearInterval(ask);
  expect(await stay.closed()).toBe(4403);
  const answer = await post<{ me: null }, object>(
    server.graphqlUrl,
    '{ me { id } }',
    {},
    ann.headers,
  );
  expect(answer.data).toEqual({ me: null });
  process.stdout.write(
    'ATTACK staying after the session has expired\n       the attacker gets: a close with 4403 within a heartbeat\n',
  );
  await server.close();
});
