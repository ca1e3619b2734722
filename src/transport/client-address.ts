import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6, type Socket } from 'node:net';
import proxyaddr from 'proxy-addr';

/** The proxies in front of this server that are trusted: their number, or their addresses and subnets. */
export type TrustedProxies = number | readonly string[];

type Trust = (address: string, hop: number) => boolean;

/**
 * Finds out the address of a client behind proxies. Values of `X-Forwarded-…` headers count only if a trusted proxy
 * wrote them: anybody else could write anything.
 */
export class ClientAddresses {
  readonly #trust: Trust;

  /** @param proxies how many of them there are, or their addresses and subnets; none: 0 */
  constructor(proxies: TrustedProxies) {
    this.#trust =
      typeof proxies === 'number'
        ? (_address, hop) => hop < proxies
        : proxyaddr.compile([...proxies]);
  }

  /**
   * The address by which failures and sockets are counted: an IPv4 address, or the /64 network of an IPv6 address,
   * which belongs to one client.
   */
  of(request: IncomingMessage): string {
    return countedAs(this.#chain(request).at(-1) ?? '');
  }

  /**
   * As {@link ClientAddresses.of}, for the other end of a connection; null if that is a trusted proxy, which speaks for
   * many clients.
   */
  ofConnection({ remoteAddress = '' }: Socket): string | null {
    return this.#trust(remoteAddress, 0) ? null : countedAs(plainAddress(remoteAddress) ?? '');
  }

  /**
   * The value of the outermost trusted proxy in a header that each proxy sets, or appends its value to. Null if there
   * is no trusted proxy, or it sets no value.
   *
   * @param header in lower case: `x-forwarded-host`
   */
  told(request: IncomingMessage, header: string): string | null {
    const given = request.headers[header];
    if (given === undefined || given.length === 0) return null;
    const proxies = this.#believed(request);
    if (proxies === 0) return null;
    const values = [given].flat().join(',').split(',');
    return values[Math.max(0, values.length - proxies)]?.trim() || null;
  }

  /** How many proxies in a row are trusted, counted from this server. */
  #believed(request: IncomingMessage): number {
    const chain = this.#chain(request);
    const last = chain.at(-1) ?? '';
    return this.#trust(last, chain.length - 1) ? chain.length : chain.length - 1;
  }

  /**
   * The addresses from the peer of the socket to the client. The list ends with the first one that is not trusted. It
   * also ends before a value that is not an address; then the proxy that wrote it counts as the client.
   */
  #chain({ socket, headers }: IncomingMessage): string[] {
    const chain = [plainAddress(socket.remoteAddress ?? '') ?? socket.remoteAddress ?? ''];
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    for (let hop = 0; this.#trust(chain[hop] ?? '', hop); hop += 1) {
      const next = plainAddress(forwarded.at(-1 - hop)?.trim() ?? '');
      if (next === null) break;
      chain.push(next);
    }
    return chain;
  }
}

function countedAs(address: string): string {
  return isIPv6(address) ? networkOf(address) : address.slice(0, 64);
}

/**
 * An address as proxies write it, with or without a port (RFC 7239 §6), without its port, its brackets and its zone. An
 * IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) becomes the IPv4 address. Null for any other text.
 */
function plainAddress(text: string): string | null {
  const withPort = /^(?:\[([^\]]*)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/.exec(text);
  const [address = ''] = (withPort?.[1] ?? withPort?.[2] ?? text).split('%', 1);
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return null;
  const groups = groupsOf(address);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped) return address;
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The first 64 bits of an IPv6 address (RFC 4291 §2.2, RFC 5952). */
function networkOf(address: string): string {
  const network = groupsOf(address).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(':')}::/64`;
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::', 2);
  const before = numbersOf(head);
  const after = numbersOf(tail ?? '');
  const missing = Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<number>(missing).fill(0), ...after];
}

/** An IPv4 address at the end stands for two groups. */
function numbersOf(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
