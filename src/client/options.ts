import type { BackoffOptions } from './backoff.ts';
import { InvalidInputError } from './errors.ts';
import type { VideoEffect } from './video-effect.ts';

/** What is wrong with an option, such as `has to be a function`; null for a valid one. */
type Problem = string | null;

/** The longest wait that a timer takes (HTML, 8.6: a signed 32-bit integer). */
const LONGEST_MS = 2_147_483_647;
const ROOM_ID_LENGTH = 64;
/** The base address while a server renders the page: nobody answers there (RFC 6761 §6.4). */
const NO_PAGE = 'http://no-page.invalid';

/**
 * Throws if any option is wrong, and names all of the problems at once.
 * @throws {InvalidInputError} whose issues name the options
 */
export function requireOptions(problems: Readonly<Record<string, Problem>>): void {
  const issues = Object.entries(problems).flatMap(([path, message]) =>
    message === null ? [] : [{ path, message }],
  );
  if (issues.length === 0) return;
  const words = issues.map(({ path, message }) => `${path} ${message}`);
  throw new InvalidInputError(`${words.join('; ')}.`, issues);
}

export function roomIdProblem(value: unknown): Problem {
  const fits = typeof value === 'string' && value.length > 0 && value.length <= ROOM_ID_LENGTH;
  return fits ? null : `has to be a text of 1 to ${ROOM_ID_LENGTH} characters`;
}

/** Accepts at least a millisecond. */
export function timeoutProblem(value: unknown): Problem {
  if (value === undefined || isBetween(value, 1, LONGEST_MS)) return null;
  return `has to be a number of milliseconds from 1 to ${LONGEST_MS}`;
}

/** Accepts what {@link timeoutProblem} does, and 0 for never. */
export function intervalProblem(value: unknown): Problem {
  return value === 0 || timeoutProblem(value) === null
    ? null
    : `has to be 0 for never, or a number of milliseconds from 1 to ${LONGEST_MS}`;
}

export function bitrateProblem(value: unknown): Problem {
  if (value === undefined || (typeof value === 'number' && value > 0)) return null;
  return 'has to be a number of bits a second above 0, or Infinity';
}

export function booleanProblem(value: unknown): Problem {
  return value === undefined || typeof value === 'boolean' ? null : 'has to be true or false';
}

export function functionProblem(value: unknown): Problem {
  return value === undefined || typeof value === 'function' ? null : 'has to be a function';
}

/** Accepts a text that is not empty, a function that returns one, and null for none. */
export function tokenProblem(value: unknown): Problem {
  const fits = typeof value === 'string' ? value !== '' : value === null;
  return fits ? null : functionProblem(value) && 'has to be a text or a function';
}

/** A class of WebSockets has the constants of their states. */
export function socketClassProblem(value: unknown): Problem {
  const fits = typeof value === 'function' && 'OPEN' in value;
  return value === undefined || fits ? null : 'has to be a WebSocket class';
}

/** Accepts null for none. */
export function effectProblem(value: unknown): Problem {
  if (value === null) return null;
  const { name, process } = Object(value) as Partial<VideoEffect>;
  const fits = typeof name === 'string' && typeof process === 'function';
  return fits ? null : 'has to be an effect with a name and a function process, or null';
}

export function objectProblem(value: unknown): Problem {
  return value === undefined || (typeof value === 'object' && value !== null)
    ? null
    : 'has to be an object';
}

export function backoffProblem(value: BackoffOptions | undefined): Problem {
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null) return 'has to be an object';
  const { baseMs = 0, capMs = 0, random } = value;
  const fits = isBetween(baseMs, 0, LONGEST_MS) && isBetween(capMs, 0, LONGEST_MS);
  if (!fits) return `has to have a baseMs and a capMs from 0 to ${LONGEST_MS}`;
  return functionProblem(random) === null ? null : 'has to have a function as random';
}

export function signalProblem(value: unknown): Problem {
  if (value === undefined) return null;
  const { aborted, addEventListener } = Object(value) as Partial<AbortSignal>;
  const fits = typeof aborted === 'boolean' && typeof addEventListener === 'function';
  return fits ? null : 'has to be an AbortSignal';
}

export function streamProblem(value: unknown): Problem {
  if (value === undefined || value === null) return null;
  const { getTracks } = Object(value) as Partial<MediaStream>;
  return typeof getTracks === 'function' ? null : 'has to be a MediaStream';
}

/** Lets the browser itself judge it. */
export function rtcConfigurationProblem(value: unknown): Problem {
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null) return 'has to be an object';
  try {
    new RTCPeerConnection(value).close();
    return null;
  } catch (error) {
    return `is refused by the browser: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The endpoint's URL. @throws {InvalidInputError} when requests and WebSockets cannot be sent to it */
export function readEndpoint(given: string | URL | undefined): string {
  const base = typeof location === 'undefined' ? NO_PAGE : location.href;
  let url: URL;
  try {
    url = new URL(given ?? '/graphql', base);
  } catch {
    throw endpointRefused(`is no address: ${given}`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw endpointRefused('has to begin with http: or https:, also for WebSockets');
  }
  if (url.hash !== '' || url.href.endsWith('#')) throw endpointRefused('must not have a #fragment');
  if (url.username !== '' || url.password !== '') {
    throw endpointRefused('must not hold a user name or a password');
  }
  return url.href;
}

function endpointRefused(message: string): InvalidInputError {
  return new InvalidInputError(`url ${message}.`, [{ path: 'url', message }]);
}

function isBetween(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}
