/** A room's keys: one hash slot a room. See scripts/room.ts for what is in them. */
export function roomKeys(roomId: string): [room: string, tail: string, door: string, chat: string] {
  const room = `peerql:{${roomId}}`;
  return [room, `${room}:log`, `${room}:door`, `${room}:chat`];
}

/** Where a node is told of what happens in a room. */
export function roomChannel(roomId: string, nodeId: string): string {
  const [room] = roomKeys(roomId);
  return `${room}@${nodeId}`;
}

/** The rooms that a node looks after stays of. */
export function roomsOfNode(nodeId: string): string {
  return `peerql:rooms:${nodeId}`;
}

/** Where every node listens. */
export const ALL_NODES = 'peerql:all';
