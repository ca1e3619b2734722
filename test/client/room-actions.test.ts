import { afterEach, expect, it } from 'vitest';
import { roomActions } from '../../src/client/room-actions.ts';
import { RoomLink } from '../../src/client/room-link.ts';
import { ScriptedSocketServer, snapshotFor } from '../kit/scripted-socket.ts';

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

it('leaves the hand and the room as they were set last where the server lets an earlier change wait', async () => {
  const done: unknown[] = [];
  let refusals = 0;
  const server = await ScriptedSocketServer.start({
    onAsked: ({ query, variables, next }) => {
      if (query.startsWith('subscription')) return next(snapshotFor('ann'));
      const field = query.includes('raiseHand') ? 'raiseHand' : 'updateRoom';
      if (refusals === 0) {
        refusals += 1;
        const error = { __typename: 'RateLimitedError', message: 'Later.', retryAfter: 1 };
        return next({ [field]: error });
      }
      const { roomId: _, ...change } = variables.input as Record<string, unknown>;
      done.push(change);
      next({ [field]: { __typename: `${field}Success` } });
    },
  });
  const link = new RoomLink({ roomId: 'room', socket: server.options });
  stops.push(
    () => link.leave(),
    () => server.close(),
  );
  const { raiseHand, updateRoom } = roomActions(link);
  await Promise.all([
    raiseHand(true),
    raiseHand(false),
    updateRoom({ name: 'One' }),
    updateRoom({ name: 'Two' }),
  ]);
  expect(refusals).toBe(1);
  expect(done).toEqual([{ raised: true }, { raised: false }, { name: 'One' }, { name: 'Two' }]);
});

it('does what comes after a change that was refused', async () => {
  let asked = 0;
  const server = await ScriptedSocketServer.start({
    onAsked: ({ query, next }) => {
      if (query.startsWith('subscription')) return next(snapshotFor('ann'));
      asked += 1;
      const refused = { __typename: 'NotOwnerError', message: 'No.' };
      next({ updateRoom: asked === 1 ? refused : { __typename: 'UpdateRoomSuccess' } });
    },
  });
  const link = new RoomLink({ roomId: 'room', socket: server.options });
  stops.push(
    () => link.leave(),
    () => server.close(),
  );
  const { updateRoom } = roomActions(link);
  // Neither waits for the connection, and both are for the stay that begins with it.
  const refused = updateRoom({ name: 'One' });
  const accepted = updateRoom({ name: 'Two' });
  await expect(refused).rejects.toMatchObject({ code: 'NOT_OWNER' });
  await accepted;
});
