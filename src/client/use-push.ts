import { useCallback, useContext, useEffect, useRef, useState } from 'react';
import type { Client } from './client-interface.ts';
import type { PeerqlError } from './errors.ts';
import { asPeerqlError } from './errors.ts';
import type { PushOptions, PushState } from './push.ts';
import { ClientContext, useLatest } from './react-client.ts';

/** Whether calls ring in this browser while no page is open, and the switch for it. */
export interface UsePushNotifications {
  /** Null until it is known. */
  readonly state: PushState | null;
  /** Why the last change, or the last question, failed; null otherwise. */
  readonly error: PeerqlError | null;
  /** Whether a change is under way. */
  readonly pending: boolean;
  /** Switches it on. Call it from a click, since it asks for permission. It does not reject: `error` says why not. */
  readonly enable: () => Promise<void>;
  /** Switches it off. It does not reject either. */
  readonly disable: () => Promise<void>;
  /** Asks again, for example after somebody else has signed in. */
  readonly refresh: () => Promise<void>;
}

interface Known {
  readonly state: PushState | null;
  readonly error: PeerqlError | null;
}

/**
 * Push messages for calls that ring while no page is open. Use it where somebody is signed in: when the component is
 * mounted, it gives the server the subscription again, if the user has switched it on in this browser.
 * @param options those of `client.push.enable`, of the latest render; `client` defaults to the one of the provider above
 * @example
 * const { state, enable, disable } = usePushNotifications();
 * return <button onClick={state === 'ON' ? disable : enable}>Ring while the page is closed</button>;
 */
export function usePushNotifications(
  options: PushOptions & { readonly client?: Client } = {},
): UsePushNotifications {
  const provided = useContext(ClientContext);
  const { client: given, ...rest } = options;
  const latest = useLatest({ client: given ?? provided, options: rest });
  const [known, setKnown] = useState<Known>({ state: null, error: null });
  const [pending, setPending] = useState(false);
  const begun = useRef(0);

  const run = useCallback(
    async (work: (push: Client['push'], options: PushOptions) => Promise<unknown>) => {
      const { client, options } = latest.current;
      begun.current += 1;
      const mine = begun.current;
      const found = await outcomeOf(client, options, work);
      // A slow answer does not replace that of a later step.
      if (mine === begun.current) setKnown(found);
    },
    [latest],
  );
  const change = useCallback(
    async (work: Parameters<typeof run>[0]) => {
      setPending(true);
      await run(work);
      setPending(false);
    },
    [run],
  );
  const enable = useCallback(() => change((push, chosen) => push.enable(chosen)), [change]);
  const disable = useCallback(() => change((push, chosen) => push.disable(chosen)), [change]);
  const refresh = useCallback(() => run((push, chosen) => push.renew(chosen)), [run]);
  useEffect(() => {
    void refresh();
  }, [refresh]);
  return { ...known, pending, enable, disable, refresh };
}

/** Does something, and then asks how it is, also if that has failed. */
async function outcomeOf(
  client: Client | null,
  options: PushOptions,
  work: (push: Client['push'], options: PushOptions) => Promise<unknown>,
): Promise<Known> {
  let failure: PeerqlError | null = null;
  try {
    if (client === null) throw new Error('There is no client: by an option, or a provider.');
    await work(client.push, options);
  } catch (error) {
    failure = asPeerqlError(error);
  }
  try {
    return { state: client === null ? null : await client.push.state(options), error: failure };
  } catch (error) {
    return { state: null, error: failure ?? asPeerqlError(error) };
  }
}
