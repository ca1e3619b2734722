import type { IncomingHttpHeaders } from 'node:http';

/** How many characters of a `User-Agent` are kept with each socket and each session. */
const USER_AGENT_MAX_LENGTH = 256;

/** The kept part of the header `User-Agent`; null if there is none. */
export function userAgentOf(headers: IncomingHttpHeaders): string | null {
  return headers['user-agent']?.slice(0, USER_AGENT_MAX_LENGTH) ?? null;
}
