import { useCallback, useContext, useEffect, useRef, useState } from 'react';
import type { Client, RoomPage } from './client-interface.ts';
import { asPeerqlError, type PeerqlError } from './errors.ts';
import type { AccountFieldsFragment, RoomFieldsFragment } from './generated/graphql.ts';
import { ClientContext, useLatest } from './react-client.ts';

interface Asked {
  /** Asks the server again, for example after signing in. Resolves when the answer is there. */
  readonly refresh: () => Promise<void>;
}

/** Who is signed in. */
export type UseAccount = Asked &
  (
    | { readonly state: 'loading' | 'signedOut'; readonly account: null; readonly error: null }
    | {
        readonly state: 'signedIn';
        readonly account: AccountFieldsFragment;
        readonly error: null;
      }
    | { readonly state: 'failed'; readonly account: null; readonly error: PeerqlError }
  );

/** The rooms that the account owns, newest first. */
export type UseRooms = Asked &
  (
    | { readonly state: 'loading'; readonly rooms: null; readonly error: null }
    | {
        readonly state: 'ready';
        readonly rooms: readonly RoomFieldsFragment[];
        /** Whether there are more rooms than were asked for. */
        readonly hasMore: boolean;
        readonly error: null;
      }
    | { readonly state: 'failed'; readonly rooms: null; readonly error: PeerqlError }
  );

/**
 * The account that is signed in, queried when the component is mounted. `client` defaults to the one of the provider
 * above.
 * @example
 * const { state, account } = useAccount();
 */
export function useAccount({ client }: { readonly client?: Client } = {}): UseAccount {
  const { answer, refresh } = useAnswer(client, (own) => own.me());
  if (answer === null) return { state: 'loading', account: null, error: null, refresh };
  if ('error' in answer) return { state: 'failed', account: null, error: answer.error, refresh };
  const account = answer.value;
  if (account === null) return { state: 'signedOut', account, error: null, refresh };
  return { state: 'signedIn', account, error: null, refresh };
}

/**
 * The newest rooms of the account, queried when the component is mounted.
 * @param options `first`: the most rooms to return, 20 by default
 * @example
 * const { state, rooms } = useRooms({ first: 10 });
 */
export function useRooms({
  client,
  first = 20,
}: {
  readonly client?: Client;
  readonly first?: number;
} = {}): UseRooms {
  const { answer, refresh } = useAnswer<RoomPage>(client, (own) => own.rooms({ first }));
  if (answer === null) return { state: 'loading', rooms: null, error: null, refresh };
  if ('error' in answer) return { state: 'failed', rooms: null, error: answer.error, refresh };
  const { rooms, hasNextPage: hasMore } = answer.value;
  return { state: 'ready', rooms, hasMore, error: null, refresh };
}

type Answer<Value> = { readonly value: Value } | { readonly error: PeerqlError } | null;

function useAnswer<Value>(
  given: Client | undefined,
  ask: (client: Client) => Promise<Value>,
): { answer: Answer<Value>; refresh: () => Promise<void> } {
  const provided = useContext(ClientContext);
  const latest = useLatest({ client: given ?? provided, ask });
  const [answer, setAnswer] = useState<Answer<Value>>(null);
  const asked = useRef(0);
  const refresh = useCallback(async () => {
    const { client, ask } = latest.current;
    asked.current += 1;
    const mine = asked.current;
    const found = await answerOf(client, ask);
    // A slow answer does not replace that of a later question.
    if (mine === asked.current) setAnswer(found);
  }, [latest]);
  useEffect(() => {
    void refresh();
  }, [refresh]);
  return { answer, refresh };
}

async function answerOf<Value>(
  client: Client | null,
  ask: (client: Client) => Promise<Value>,
): Promise<Answer<Value>> {
  try {
    if (client === null) throw new Error('There is no client: by an option, or a provider.');
    return { value: await ask(client) };
  } catch (error) {
    return { error: asPeerqlError(error) };
  }
}
