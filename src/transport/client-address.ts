import type { IncomingMessage } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import proxyaddr from 'proxy-addr';

/** Which of the machines in front of this one are believed when they say for whom they speak. */
export type TrustedProxies = number | readonly string[];

type Trust = (address: string, hop: number) => boolean;

/**
 * Finds the address of a request's client. `X-Forwarded-For` counts only as far as trusted proxies have written it:
 * anybody else could write what they like into it.
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
    return normalize(proxyaddr(request, this.#trust) ?? '');
  }

  /** As {@link ClientAddresses.of}, of a connection's other end; null where that is a proxy, which speaks for many. */
  ofConnection({ remoteAddress = '' }: Socket): string | null {
    return this.#trust(remoteAddress, 0) ? null : normalize(remoteAddress);
  }
}

function normalize(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(address) ? networkOf(address) : address.slice(0, 64);
}

/** The first 64 bits of an IPv6 address (RFC 4291 §2.2, RFC 5952). */
function networkOf(address: string): string {
  const [withoutZone = ''] = address.split('%', 1);
  const [head = '', tail] = withoutZone.split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const end = tail === '' ? [] : tail.split(':');
    // An IPv4 tail stands for two groups.
    const length = groups.length + end.length + (end.at(-1)?.includes('.') ? 1 : 0);
    groups.push(...Array<string>(Math.max(0, 8 - length)).fill('0'), ...end);
  }
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
