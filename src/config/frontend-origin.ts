import { getDomain } from 'tldts';

/** Schemes that never appear in an `Origin` header. */
const NO_ORIGINS = new Set(['ws:', 'wss:', 'ftp:', 'file:', 'data:', 'blob:', 'about:']);

/**
 * Reads an entry of `FRONTEND_URL` into the form in which browsers send it in `Origin` (RFC 6454 §6.1, HTML
 * "serialization of an origin"): in lower case, in ASCII, without the default port of its scheme. Schemes of apps
 * (`capacitor://localhost`) are kept. `https://*.example.com` stands for every subdomain.
 *
 * @throws Error whose message says in a few words why the entry could never match
 */
export function readFrontendOrigin(text: string): string {
  const parts = /^([a-z][a-z0-9+.-]*:)\/\/([^/?#]*)(.*)$/iu.exec(text);
  if (parts === null) throw new Error('it has no scheme such as https://');
  const [, given = '', authority = '', rest = ''] = parts;
  const scheme = given.toLowerCase();
  if (rest !== '' && rest !== '/') throw new Error('an origin has no path and no query');
  if (authority.includes('@')) throw new Error('an origin has no user and no password');
  if (authority === '') throw new Error('it has no host');
  if (scheme === 'ws:' || scheme === 'wss:') {
    throw new Error(`browsers send the page's own scheme: ${scheme === 'ws:' ? 'http' : 'https'}`);
  }
  if (NO_ORIGINS.has(scheme)) throw new Error(`pages of ${scheme} have no origin`);
  if (scheme !== 'http:' && scheme !== 'https:') return ofApplication(scheme, authority);
  return authority.includes('*') ? ofSubdomains(scheme, authority) : ofPage(scheme, authority);
}

/**
 * Reads an entry of `EMBED_ORIGINS`: the origin of one web page, in the form in which browsers send it. It also becomes
 * a host source of `frame-ancestors` (CSP Level 3 §2.3.1), which has no way to write an IPv6 address.
 *
 * @throws Error whose message says in a few words why the entry is refused
 */
export function readEmbedOrigin(text: string): string {
  if (text.includes('*')) throw new Error('each origin has to be named, * is refused');
  const origin = readFrontendOrigin(text);
  if (!/^https?:/.test(origin)) throw new Error('only pages of https:// can frame the call page');
  if (!/^https?:\/\/[\w.-]+(:\d+)?$/.test(origin)) {
    throw new Error('its host has to be a name or an IPv4 address');
  }
  return origin;
}

/** Whether pages of this origin can give a frame a camera: it has TLS, or is on this machine (Secure Contexts §3.1). */
export function isSecureOrigin(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'https:' || /^(.+\.)?localhost$|^127(\.\d+){3}$/.test(hostname);
}

function ofPage(scheme: string, authority: string): string {
  const url = `${scheme}//${authority}`;
  if (!URL.canParse(url)) throw new Error('its host or port is not valid');
  return new URL(url).origin;
}

function ofApplication(scheme: string, authority: string): string {
  if (!/^[\w.~:[\]-]+$/.test(authority)) throw new Error('its host is not valid');
  return `${scheme}//${authority.toLowerCase()}`;
}

function ofSubdomains(scheme: string, authority: string): string {
  const name = authority.startsWith('*.') ? authority.slice(2) : '';
  if (name === '' || name.includes('*')) {
    throw new Error('* can only stand for subdomains, as in https://*.example.com');
  }
  const { hostname, host } = new URL(ofPage(scheme, name));
  if (getDomain(hostname, { allowPrivateDomains: true }) === null) {
    throw new Error(`anybody may have a subdomain of ${hostname}`);
  }
  return `${scheme}//*.${host}`;
}
