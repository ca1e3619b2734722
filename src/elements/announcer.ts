import type { Call } from '@peerql/client';
import type { ElementMessages } from './messages/english.ts';

/** Somebody whose new stay begins within this time is not announced as having left. */
const AWAY_MS = 3_000;
/** Changes within this time are announced together: eight people who join at once are one message. */
const GATHER_MS = 400;

/**
 * Announces who joins, who leaves, and who becomes the host. Returns a function that stops it.
 *
 * @param direct in a call that rang, the id of who called or was called: that they come and go is no news, and neither is
 * who the host is
 */
export function announcer(
  call: Call,
  direct: string | null,
  words: () => ElementMessages['announce'],
  tell: (text: string) => void,
): () => void {
  const away = new Map<string, ReturnType<typeof setTimeout>>();
  const host = () => {
    const { self, participants, end } = call.snapshot;
    return end === null ? [self, ...participants].find(({ role }) => role === 'HOST') : undefined;
  };
  let hostUser = host()?.user.id;
  const joined = gathered(words, (names) => tell(words().joined(names)));
  const left = gathered(words, (names) => tell(words().left(names)));
  const stops = [
    joined.stop,
    left.stop,
    call.subscribe(() => {
      const now = host();
      if (now === undefined || now.user.id === hostUser || direct !== null) return;
      hostUser = now.user.id;
      const isSelf = now.id === call.snapshot.self.id;
      tell(isSelf ? words().youHost : words().hosts(now.user.name));
    }),
    call.on('participantJoined', ({ user }) => {
      if (user.id === direct) return;
      const timer = away.get(user.id);
      if (timer === undefined) joined.add(user.name);
      else clearTimeout(timer);
      away.delete(user.id);
    }),
    call.on('participantLeft', ({ participant: { user }, reason }) => {
      if (user.id === direct) return;
      const gone = () => {
        away.delete(user.id);
        left.add(user.name);
      };
      away.set(user.id, setTimeout(gone, reason === 'LEFT' ? 0 : AWAY_MS));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    for (const timer of away.values()) clearTimeout(timer);
  };
}

/** Gathers names for a moment and announces them together. */
function gathered(
  words: () => ElementMessages['announce'],
  tell: (names: string) => void,
): { add(name: string): void; stop(): void } {
  let names: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    add(name) {
      names.push(name);
      timer ??= setTimeout(() => {
        tell(listed(names, words()));
        names = [];
        timer = undefined;
      }, GATHER_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

function listed(names: readonly string[], words: ElementMessages['announce']): string {
  const [first = '', second, ...others] = names;
  if (second === undefined) return first;
  if (others.length === 0) return words.and(first, second);
  return words.others(first, names.length - 1);
}
