import { unlessAborted } from './abort.ts';
import type { Client } from './client-interface.ts';
import {
  type CheckConnectionOptions,
  type ConnectionCheck,
  type ConnectionReport,
  type Finding,
  fails,
  messageOf,
  skips,
} from './connection-report.ts';
import { checkDevice } from './device-check.ts';
import { PeerqlError } from './errors.ts';
import type { IceServersFieldsFragment } from './generated/graphql.ts';
import { checkStun, checkTurn } from './ice-check.ts';
import {
  functionProblem,
  objectProblem,
  requireOptions,
  signalProblem,
  timeoutProblem,
} from './options.ts';
import { callEach } from './report.ts';
import type { SocketOptions } from './socket.ts';
import { SocketCheck } from './socket-check.ts';

const TIMEOUT_MS = 10_000;
const TRANSPORTS = ['udp', 'tcp', 'tls'] as const;

/** What is checked, without its result. */
type Subject = Pick<ConnectionCheck, 'check'> & Partial<Pick<ConnectionCheck, 'url' | 'transport'>>;
type Servers = IceServersFieldsFragment['servers'];

/** What the checks need of a client. */
export interface CheckedClient
  extends Pick<Client, 'createRoom' | 'closeRoom' | 'openRoom' | 'iceServers'> {
  readonly socket: SocketOptions;
}

/** As {@link Client.checkConnection} says. */
export async function checkConnection(
  client: CheckedClient,
  options: CheckConnectionOptions = {},
): Promise<ConnectionReport> {
  requireOptions({ options: objectProblem(options) });
  requireOptions({
    devices: objectProblem(options.devices),
    timeoutMs: timeoutProblem(options.timeoutMs),
    signal: signalProblem(options.signal),
    onCheck: functionProblem(options.onCheck),
  });
  options.signal?.throwIfAborted();
  return await unlessAborted(new CheckRun(client, options).all(), options.signal);
}

class CheckRun {
  readonly #client: CheckedClient;
  readonly #options: CheckConnectionOptions;

  constructor(client: CheckedClient, options: CheckConnectionOptions) {
    this.#client = client;
    this.#options = options;
  }

  async all(): Promise<ConnectionReport> {
    const { audio = true, video = true } = this.#options.devices ?? {};
    const device = (check: 'microphone' | 'camera', kind: 'audio' | 'video', wanted: boolean) =>
      this.#check({ check }, wanted ? () => checkDevice(kind) : skips('NOT_ASKED'), null);
    // The devices one after the other: a browser asks one question at a time.
    const microphone = await device('microphone', 'audio', audio);
    const camera = await device('camera', 'video', video);
    const sockets = await this.#sockets();
    const isIn = sockets.every(({ outcome }) => outcome === 'ok');
    const ways = isIn ? await this.#ways() : await this.#noWays('NOT_CHECKED');
    const checks = [microphone, camera, ...sockets, ...ways];
    return { ok: checks.every(({ outcome }) => outcome !== 'failed'), checks };
  }

  async #sockets(): Promise<ConnectionCheck[]> {
    const socket = new SocketCheck(this.#client.socket);
    try {
      const websocket = await this.#check({ check: 'websocket' }, () => socket.signIn());
      const asks = websocket.outcome === 'ok' ? () => socket.roundTrip() : skips('NOT_CHECKED');
      return [websocket, await this.#check({ check: 'roundTrip' }, asks)];
    } finally {
      socket.close();
    }
  }

  async #ways(): Promise<ConnectionCheck[]> {
    let servers: Servers;
    let needsRoom = false;
    try {
      servers = await this.#serversOfRoom();
    } catch {
      // A guest makes no rooms.
      needsRoom = true;
      servers = await this.#client.iceServers().then(
        (given) => given.servers,
        () => [],
      );
    }
    const all = servers.flatMap(({ urls, ...credentials }) =>
      urls.map((url) => ({ url, ...credentials })),
    );
    const stuns = all.filter(({ url }) => /^stuns?:/i.test(url));
    const turns = all.filter(({ url }) => /^turns?:/i.test(url));
    const checks = stuns.map(({ url }) =>
      this.#check({ check: 'stun', url }, (signal) => checkStun(url, signal)),
    );
    if (stuns.length === 0) checks.push(this.#check({ check: 'stun' }, skips('NO_STUN')));
    for (const transport of TRANSPORTS) {
      const these = turns.filter(({ url }) => transportOf(url) === transport);
      for (const { url, username, credential } of these) {
        const server = { urls: url, username: username ?? '', credential: credential ?? '' };
        const subject = { check: 'turn', url, transport } as const;
        checks.push(this.#check(subject, (signal) => checkTurn(server, signal)));
      }
      if (these.length > 0) continue;
      const why = needsRoom
        ? 'TURN_NEEDS_ROOM'
        : turns.length === 0
          ? 'NO_TURN'
          : 'TURN_NOT_OFFERED';
      checks.push(this.#check({ check: 'turn', transport }, skips(why)));
    }
    return Promise.all(checks);
  }

  #noWays(code: 'NOT_CHECKED'): Promise<ConnectionCheck[]> {
    const turns = TRANSPORTS.map((transport) => ({ check: 'turn', transport }) as const);
    const subjects: Subject[] = [{ check: 'stun' }, ...turns];
    return Promise.all(subjects.map((subject) => this.#check(subject, skips(code))));
  }

  /** The servers with credentials, which only people in a room get. */
  async #serversOfRoom(): Promise<Servers> {
    const { roomId } = this.#options;
    if (roomId !== undefined) return (await this.#client.iceServers(roomId)).servers;
    const { id } = await this.#client.createRoom({ name: 'Connection check' });
    try {
      return await this.#join(id);
    } finally {
      await this.#client.closeRoom(id);
    }
  }

  async #join(roomId: string): Promise<Servers> {
    const link = this.#client.openRoom(roomId);
    try {
      return await new Promise<Servers>((resolve, reject) => {
        link.on('event', (event) => {
          if (event.__typename === 'RoomSnapshot') resolve(event.iceServers.servers);
        });
        link.on('end', ({ error, reason }) =>
          reject(error ?? new PeerqlError(reason, 'The room has ended.')),
        );
        setTimeout(reject, this.#timeoutMs, new PeerqlError('NETWORK', messageOf('TIMED_OUT')));
      });
    } finally {
      link.leave();
    }
  }

  get #timeoutMs(): number {
    return this.#options.timeoutMs ?? TIMEOUT_MS;
  }

  /** @param timeoutMs null for as long as it takes */
  async #check(
    { check, url = null, transport = null }: Subject,
    look: Finding | ((signal: AbortSignal) => Promise<Finding>),
    timeoutMs: number | null = this.#timeoutMs,
  ): Promise<ConnectionCheck> {
    // Once it was stopped, no further device is opened.
    this.#options.signal?.throwIfAborted();
    const startedAt = performance.now();
    const found = typeof look === 'function' ? await this.#inTime(look, timeoutMs) : look;
    const { outcome, code } = found;
    const ms = outcome === 'skipped' ? null : Math.round(performance.now() - startedAt);
    const result = { check, outcome, url, transport, ms, code, message: messageOf(code) };
    const { onCheck, signal } = this.#options;
    if (onCheck !== undefined && signal?.aborted !== true) callEach([onCheck], result);
    return result;
  }

  async #inTime(
    look: (signal: AbortSignal) => Promise<Finding>,
    timeoutMs: number | null,
  ): Promise<Finding> {
    const { signal } = this.#options;
    const stop = new AbortController();
    const end = () => stop.abort();
    const timer = timeoutMs === null ? undefined : setTimeout(end, timeoutMs);
    signal?.addEventListener('abort', end);
    const late = new Promise<Finding>((resolve) => {
      // The timer lets a check that knows more than the time-out answer first.
      stop.signal.addEventListener('abort', () => setTimeout(resolve, 0, fails('TIMED_OUT')));
    });
    try {
      return await Promise.race([look(stop.signal), late]);
    } catch {
      return fails('SERVER_REFUSED');
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    }
  }
}

/** By which transport a TURN server is reached (RFC 7065, 3.1). */
function transportOf(url: string): (typeof TRANSPORTS)[number] {
  if (/^turns:/i.test(url)) return 'tls';
  return /\?transport=tcp$/i.test(url) ? 'tcp' : 'udp';
}
