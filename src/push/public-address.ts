import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The address of a host is not one that clients may make the server call. */
export class InsideAddressError extends Error {
  constructor() {
    super('The host has an address that is not public.');
  }
}

/**
 * Whether an IP address can be one on the Internet: not of this machine, of a private network, of a link, or in one of
 * the other ranges with a purpose of their own (IANA special-purpose registries, RFC 6890). Addresses of IPv6 that hold
 * one of IPv4 are not, since a gateway may translate them.
 */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/**
 * Whether the host of a URL may be called, as far as can be told without asking the DNS: an IP address must be allowed;
 * a name is checked when it is resolved.
 */
export function mayBeCalled({ hostname }: URL, isAllowed: (address: string) => boolean): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return !ipaddr.isValid(host) || isAllowed(host);
}

/**
 * Resolves names for a connection. It fails with {@link InsideAddressError} if one of the addresses of a name is not
 * allowed. The connection is made to the addresses that were checked, so a name cannot lead elsewhere afterwards.
 */
export function allowedLookup(isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) {
        callback(error ?? new Error('The name has no address.'), '', 0);
      } else if (!addresses.every(({ address }) => isAllowed(address))) {
        callback(new InsideAddressError(), '', 0);
      } else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
