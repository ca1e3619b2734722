import { Participant } from './participant.ts';
import { createRoom, register } from './people.ts';
import { pace, until } from './waiting.ts';

/** Two in a call who send all the time, until it is stopped. */
export async function startTalk(server: {
  readonly graphqlUrl: string;
  readonly socketUrl: string;
}): Promise<() => Promise<void>> {
  const [ann, bob] = await Promise.all([
    register(server.graphqlUrl, 'Ann'),
    register(server.graphqlUrl, 'Bob'),
  ]);
  const { id: roomId } = await createRoom(server.graphqlUrl, ann);
  const host = new Participant(server.socketUrl, ann);
  const guest = new Participant(server.socketUrl, bob);
  await host.join({ roomId, clientKey: 'ann' });
  await guest.join({ roomId, clientKey: 'bob' });
  let running = true;
  let sent = 0;
  const sending = (async () => {
    while (running) {
      const { __typename } = await host.offer(roomId, guest.id, `v=0 ${sent}`);
      if (__typename === 'SendOfferSuccess') sent += 1;
      else await pace(20);
    }
  })();
  await until(() => sent > 10, 'the load to begin');
  return async () => {
    const before = sent;
    // What has failed keeps nobody from talking.
    await until(() => sent > before + 10, 'signals to go on');
    running = false;
    await sending;
    await Promise.all([host.dispose(), guest.dispose()]);
  };
}
