import './german.ts';

export { registerMessages } from './messages.ts';
export { PeerqlTile, type TileParticipant, type TileState } from './tile.ts';
