import { Script } from '../../redis/script.ts';
import { CHANGE, MESSAGE, PARTICIPANTS, SEND } from './scripts/acts.ts';
import { CLOSE, END_KNOCK, KNOCK, MUTE, REMOVE, UPDATE } from './scripts/hosting.ts';
import { ROOM } from './scripts/room.ts';
import { ADOPT, CATCH_UP, DETACH, END, ENTER, RECEIVED, RELEASE } from './scripts/stays.ts';

const onRoom = (source: string) => new Script(ROOM + source);

/** Everything that is decided inside of Redis. */
export const scripts = {
  enter: onRoom(ENTER),
  detach: onRoom(DETACH),
  release: onRoom(RELEASE),
  end: onRoom(END),
  adopt: onRoom(ADOPT),
  message: onRoom(MESSAGE),
  change: onRoom(CHANGE),
  participants: onRoom(PARTICIPANTS),
  remove: onRoom(REMOVE),
  mute: onRoom(MUTE),
  update: onRoom(UPDATE),
  knock: onRoom(KNOCK),
  endKnock: onRoom(END_KNOCK),
  close: onRoom(CLOSE),
  send: new Script(SEND),
  received: new Script(RECEIVED),
  catchUp: new Script(
    `local function txt(number) return string.format('%.0f', number) end${CATCH_UP}`,
  ),
};
