/** Close codes that this server uses (RFC 6455 §7.4, GraphQL over WebSocket, and the API's own promises). */
export const CloseCode = {
  Restarting: 1012,
  TryAgainLater: 1013,
  BadMessage: 4400,
  SignedOut: 4401,
  SessionExpired: 4403,
  IdInUse: 4409,
  TooMany: 4429,
  InternalError: 4500,
} as const;

const CLEAN: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** Whether this code says that the client left on purpose: its stays end at once. */
export function isCleanGoodbye(code: number): boolean {
  return CLEAN.has(code);
}

/** The reason for `TooMany` if more sockets are open than allowed; null otherwise. */
export function tooManySockets(
  counts: { readonly ofAccount: number; readonly ofAddress: number },
  limits: { readonly socketsPerUser: number; readonly socketsPerAddress: number },
): string | null {
  const { socketsPerUser, socketsPerAddress } = limits;
  if (counts.ofAccount > socketsPerUser) return tooManyOf('user', socketsPerUser);
  return counts.ofAddress > socketsPerAddress ? tooManyOf('address', socketsPerAddress) : null;
}

export function tooManyOf(whose: 'user' | 'address', most: number): string {
  return `Too many sockets of this ${whose}: ${most} at most`;
}

/** Bytes of the reason in a close frame (RFC 6455 §5.5). */
const CLOSE_REASON_BYTES = 123;

/** Shortens a reason, which may repeat what the client wrote, to the bytes that fit. */
export function fitting(reason: string): string {
  if (Buffer.byteLength(reason) <= CLOSE_REASON_BYTES) return reason;
  return reason.slice(0, Math.floor(CLOSE_REASON_BYTES / 3));
}
