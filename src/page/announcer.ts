import type { Call } from '../client/index.ts';
import type { App } from './app.ts';

/** Somebody whose stay is made anew within this time never left, for whoever watches. */
const AWAY_MS = 3_000;

/** Says who joins, who leaves, and who becomes the host. The answer stops it. */
export function announcer(app: App, call: Call): () => void {
  const away = new Map<string, ReturnType<typeof setTimeout>>();
  const host = () => {
    const { self, participants, end } = call.snapshot;
    return end === null ? [self, ...participants].find(({ role }) => role === 'HOST') : undefined;
  };
  let hostUser = host()?.user.id;
  const stops = [
    call.subscribe(() => {
      const now = host();
      if (now === undefined || now.user.id === hostUser) return;
      hostUser = now.user.id;
      const { self } = call.snapshot;
      app.toast(now.id === self.id ? 'You are the host now' : `${now.user.name} is the host now`);
    }),
    call.on('participantJoined', ({ user }) => {
      const timer = away.get(user.id);
      if (timer === undefined) app.toast(`${user.name} joined`);
      else clearTimeout(timer);
      away.delete(user.id);
    }),
    call.on('participantLeft', ({ participant: { user }, reason }) => {
      const tell = () => {
        away.delete(user.id);
        app.toast(`${user.name} left`);
      };
      away.set(user.id, setTimeout(tell, reason === 'LEFT' ? 0 : AWAY_MS));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    for (const timer of away.values()) clearTimeout(timer);
  };
}
