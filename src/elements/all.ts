import './german.ts';

export { PeerqlCall } from './call.ts';
export { PeerqlChat } from './chat.ts';
export { PeerqlConnectionCheck } from './connection-check.ts';
export { type PanelName, PeerqlControls } from './controls.ts';
export { PeerqlFiles } from './files.ts';
export { type AnsweredCall, PeerqlIncoming } from './incoming.ts';
export { registerMessages } from './messages.ts';
export { PeerqlPeople } from './people.ts';
export { PeerqlPrejoin, type PrejoinChoice } from './prejoin.ts';
export { PeerqlPreview } from './preview.ts';
export {
  canChooseSpeaker,
  canPickSpeaker,
  chooseSpeaker,
  followSpeaker,
  type Output,
  pickSpeaker,
  speakerInUse,
  unfollowSpeaker,
} from './speaker.ts';
export { PeerqlStage } from './stage.ts';
export { PeerqlTile, type TileParticipant, type TileState } from './tile.ts';
