import { h } from '../dom.ts';
import { icon } from '../icons.ts';
import { texts } from '../messages/language.ts';

/** What the host of a call may do to the others. Each action reports its own failure. */
export interface HostActions {
  readonly admit: (knockId: string) => void;
  readonly deny: (knockId: string) => void;
  readonly denyAndBan: (knockId: string, name: string) => void;
  readonly requestMute: (participantId: string) => void;
  readonly remove: (participantId: string, ban: boolean) => void;
}

/** A button next to somebody's name, and the menu that it opens. */
interface HostTools {
  readonly button: HTMLElement;
  readonly actions: HTMLElement;
  draw(name: string, shown: boolean, hasSound: boolean): void;
}

export function hostTools(participantId: string, actions: HostActions): HostTools {
  const mute = h(
    'button',
    {
      type: 'button',
      'data-testid': 'request-mute',
      click: () => {
        actions.requestMute(participantId);
        show(false);
      },
    },
    texts.hostTools.askToMute,
  );
  const remove = (label: string, testId: string, ban: boolean) =>
    h(
      'button',
      { type: 'button', 'data-testid': testId, click: () => actions.remove(participantId, ban) },
      label,
    );
  const row = h(
    'div.person-actions',
    { hidden: true, id: `tools-${participantId}` },
    mute,
    remove(texts.hostTools.remove, 'remove', false),
    remove(texts.hostTools.ban, 'ban', true),
  );
  const button = h(
    'button.round.quiet',
    {
      type: 'button',
      'data-testid': 'person-tools',
      'aria-expanded': 'false',
      'aria-controls': row.id,
      click: () => show(row.hidden !== false),
    },
    icon('more'),
  );
  const show = (open: boolean) => {
    row.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
  };
  return {
    button,
    actions: row,
    draw(name, shown, hasSound) {
      button.hidden = !shown;
      button.setAttribute('aria-label', texts.hostTools.about(name));
      mute.disabled = !hasSound;
      if (!shown) show(false);
    },
  };
}
