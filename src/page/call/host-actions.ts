import type { Call } from '../../client/index.ts';
import type { App } from '../app.ts';
import type { HostActions } from './host-tools.ts';

/** @param tell says it when an action fails */
export function hostActions(
  app: App,
  call: Call,
  tell: (action: Promise<unknown>) => void,
): HostActions {
  const nameOf = (id: string) =>
    call.snapshot.participants.find((participant) => participant.id === id)?.user.name ?? 'They';
  return {
    admit: (knockId) => tell(call.admit(knockId)),
    deny: (knockId) => tell(call.deny(knockId)),
    requestMute: (id) =>
      tell(call.requestMute(id).then(() => app.toast(`${nameOf(id)} was asked to mute.`))),
    remove: (id, ban) => tell(call.remove(id, { ban })),
  };
}
