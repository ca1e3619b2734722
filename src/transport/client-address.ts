import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6, type Socket } from 'node:net';
import proxyaddr from 'proxy-addr';

/** Which of the machines in front of this one are believed when they say for whom they speak. */
export type TrustedProxies = number | readonly string[];

type Trust = (address: string, hop: number) => boolean;

/**
 * Knows the proxies in front of this server. What they write into `X-Forwarded-…` headers counts only as far as trusted
 * ones have written it: anybody else could write what they like.
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

  /** What failures and sockets are counted by: an IPv4 address, or the /64 of an IPv6 address, which is one client's. */
  of(request: IncomingMessage): string {
    return countedAs(this.#chain(request).at(-1) ?? '');
  }

  /** As {@link ClientAddresses.of}, of a connection's other end; null where that is a proxy, which speaks for many. */
  ofConnection({ remoteAddress = '' }: Socket): string | null {
    return this.#trust(remoteAddress, 0) ? null : countedAs(plainAddress(remoteAddress) ?? '');
  }

  /**
   * What the outermost trusted proxy says in a header that each proxy sets, or adds its own value to at the end; null
   * where no trusted one is in between, or none says anything.
   *
   * @param header in small letters: `x-forwarded-host`
   */
  told(request: IncomingMessage, header: string): string | null {
    const given = request.headers[header];
    if (given === undefined || given.length === 0) return null;
    const proxies = this.#believed(request);
    if (proxies === 0) return null;
    const values = [given].flat().join(',').split(',');
    return values[Math.max(0, values.length - proxies)]?.trim() || null;
  }

  /** How many proxies in a row, from this server on, are trusted. */
  #believed(request: IncomingMessage): number {
    const chain = this.#chain(request);
    const last = chain.at(-1) ?? '';
    return this.#trust(last, chain.length - 1) ? chain.length : chain.length - 1;
  }

  /**
   * The addresses from the peer of the socket to the client. It ends at the first that is not trusted, and before
   * whatever is no address: that counts as the proxy that wrote it.
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
 * IPv4 address in the form of an IPv6 one (RFC 4291 §2.5.5.2) is the IPv4 address. Null for what is none.
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
