/** How many sockets one owner has at each node. */
export function socketsOf(owner: string): string {
  return `peerql:sockets:${owner}`;
}

/** When each node was last heard of. */
export const NODES = 'peerql:nodes';
/** The time that the nodes share. */
export const STEADY = 'peerql:steady';
/** The sessions that ended in the last minutes, by time; also the channel on which each end is published. */
export const ENDED_SESSIONS = 'peerql:ended';
/** The key and the channel with which a node tests whether Redis works. */
export function probeOf(nodeId: string, tag: string): string {
  return `peerql:probe:${nodeId}:{${tag}}`;
}
/** The last failover that a node has seen, as Redis names it. */
export const FAILED_OVER = 'peerql:failed-over';
