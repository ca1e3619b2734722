import type { MessageLimits } from './direct.ts';

/** Limits of one socket, one user, one address, and all sockets together. */
export interface WebSocketLimits extends MessageLimits {
  readonly messageBytes: number;
  readonly messageFragments: number;
  readonly connectionInitMs: number;
  readonly heartbeatMs: number;
  readonly sessionWarningMs: number;
  readonly messagesPerSecond: number;
  readonly messagesPerSecondPerAddress: number;
  readonly subscriptionsPerSocket: number;
  readonly socketsPerUser: number;
  readonly socketsPerAddress: number;
  readonly socketBufferBytes: number;
  /** How many bytes may wait in all sockets together. */
  readonly unreadBytes: number;
}
