import { expect } from 'vitest';
import { mutate } from '../kit/mutate.ts';
import { register } from '../kit/people.ts';
import { Wire } from '../kit/wire.ts';
import { attacks } from './attack.ts';
import { asStranger } from './both-ways.ts';

const CREATE = 'mutation { createRoom(input: {}) { __typename } }';

attacks({ REGISTRATIONS_PER_ADDRESS: '20' }, (attack) => {
  attack('accounts without end, from one address', async (server) => {
    const address = asStranger();
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, i) => {
        const email = `new-${Date.now()}-${i}@example.com`;
        const input = { name: 'Eve', email, password: 'correct horse battery', delivery: 'BEARER' };
        return mutate(server.graphqlUrl, 'register', input, 'token', address);
      }),
    );
    const made = outcomes.filter(({ token }) => typeof token === 'string');
    server.keepsSecret(...made.map(({ token }) => String(token)));
    expect(made).toHaveLength(20);
    for (const { __typename } of outcomes.filter(({ token }) => token === undefined)) {
      expect(__typename).toBe('RateLimitedError');
    }
    return '20 accounts, then RateLimitedError with a wait that doubles';
  });

  attack('rooms without end, over HTTP and WebSocket', async (server) => {
    const eve = await register(server.graphqlUrl, 'Eve', asStranger());
    server.keepsSecret(eve.token, eve.password);
    const wire = await Wire.ready(server.socketUrl, eve.token);
    let made = 0;
    for (let i = 0; i < 110; i += 1) {
      const { payload } = await wire.run(`${i}`, CREATE);
      if (JSON.stringify(payload).includes('CreateRoomSuccess')) made += 1;
    }
    wire.end();
    expect(made).toBe(100);
    const outcome = await mutate(server.graphqlUrl, 'createRoom', {}, 'room { id }', eve.headers);
    expect(outcome.__typename).toBe('RateLimitedError');
    return '100 rooms, then RateLimitedError until one is closed or ends';
  });
});
