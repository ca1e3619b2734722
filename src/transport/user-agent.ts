import type { IncomingHttpHeaders } from 'node:http';

/** Characters of a client's name for itself that are kept: with each socket, and with each session. */
const USER_AGENT_MAX_LENGTH = 256;

/** The header `User-Agent`, as far as it is kept; null where there is none. */
export function userAgentOf(headers: IncomingHttpHeaders): string | null {
  return headers['user-agent']?.slice(0, USER_AGENT_MAX_LENGTH) ?? null;
}
