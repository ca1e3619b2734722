import type { Call } from '../../client/index.ts';
import type { App } from '../app.ts';
import { confirmed } from '../confirm.ts';
import { texts } from '../messages/language.ts';
import type { HostActions } from './host-tools.ts';

/** @param tell shows why an action failed */
export function hostActions(
  app: App,
  call: Call,
  tell: (action: Promise<unknown>) => void,
): HostActions {
  const nameOf = (id: string) =>
    call.snapshot.participants.find((participant) => participant.id === id)?.user.name ??
    texts.hostTools.they;
  return {
    admit: (knockId) => tell(call.admit(knockId)),
    deny: (knockId) => tell(call.deny(knockId)),
    denyAndBan: (knockId, name) => {
      const { ban, confirmBan } = texts.knocks;
      void confirmed(confirmBan(name), ban).then((yes) => {
        if (yes) tell(call.deny(knockId, { ban: true }));
      });
    },
    requestMute: (id) =>
      tell(call.requestMute(id).then(() => app.toast(texts.hostTools.askedToMute(nameOf(id))))),
    remove: (id, ban) => {
      const { confirmBan, confirmRemove } = texts.hostTools;
      const question = (ban ? confirmBan : confirmRemove)(nameOf(id));
      const action = ban ? texts.hostTools.ban : texts.hostTools.remove;
      void confirmed(question, action).then((yes) => {
        if (yes) tell(call.remove(id, { ban }));
      });
    },
  };
}
