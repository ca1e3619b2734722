import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import type { CallStoreOptions } from '../../src/client/call-store.ts';
import type { Client } from '../../src/client/client-interface.ts';
import * as solid from '../../src/client/solid.ts';
import type { Store } from '../../src/client/store.ts';
import * as svelte from '../../src/client/svelte.ts';
import * as vue from '../../src/client/vue.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a component shows while it is rendered: the state of a call, and the snapshot of a store. */
type Render = (options: CallStoreOptions, store: Store<string>) => readonly unknown[];

const renders: Readonly<Record<string, Render>> = {
  vue: (options, store) =>
    effectScope().run(() => {
      const [call, other] = [vue.useCall('tea', options), vue.useSnapshot(store)];
      return [call.value.state, other.value];
    }) ?? [],
  svelte: (options, store) => {
    const [call, other] = [svelte.useCall('tea', options), svelte.useSnapshot(store)];
    return [call.current.state, other.current];
  },
  solid: (options, store) => {
    const [call, other] = [solid.useCall('tea', options), solid.useSnapshot(store)];
    return [call().state, other()];
  },
};

it.each(Object.entries(renders))(
  'with %s, a server joins nothing and listens to nothing',
  (_, render) => {
    const joinRoom = vi.fn();
    const subscribe = vi.fn();
    const client = { joinRoom } as unknown as Client;
    const shown = render({ client }, { subscribe, getSnapshot: () => 'as it is' });
    expect(shown).toEqual(['idle', 'as it is']);
    vi.runAllTimers();
    expect(joinRoom).not.toHaveBeenCalled();
    expect(subscribe).not.toHaveBeenCalled();
  },
);
