/** The role of one side in a DTLS association: the client (`active`) or the server (`passive`), RFC 8842. */
export type DtlsRole = 'active' | 'passive';

const SETUP = /^a=setup:(\w+)/m;

/** The role of the side that wrote this answer; null when it names none. */
export function roleIn(sdp: string): DtlsRole | null {
  const [, setup] = SETUP.exec(sdp) ?? [];
  return setup === 'active' || setup === 'passive' ? setup : null;
}

export function oppositeOf(role: DtlsRole): DtlsRole {
  return role === 'active' ? 'passive' : 'active';
}

/**
 * The offer, changed so that its writer keeps its role. Browsers leave the role open in each offer (`actpass`), and
 * some then choose another role than the association has, which the other side has to refuse.
 */
export function withRole(sdp: string, role: DtlsRole | null): string {
  return role === null ? sdp : sdp.replaceAll(/^a=setup:actpass/gm, `a=setup:${role}`);
}

/** Which connection and which offer of two peers a description belongs to. */
export interface Mark {
  /** The number of the connection, from 0. */
  readonly connection: number;
  /** The number of the offer that it is, or that it answers. */
  readonly offer: number;
}

/** Writes a mark into a description. Other clients ignore the attribute (RFC 8866, 5.13). */
export function withMark(sdp: string, { connection, offer }: Mark): string {
  const media = sdp.search(/^m=/m);
  const end = media < 0 ? sdp.length : media;
  return `${sdp.slice(0, end)}a=x-peerql-mark:${connection} ${offer}\r\n${sdp.slice(end)}`;
}

/** The mark in a description; null in a description of another client. */
export function markIn(sdp: string): Mark | null {
  const [, connection, offer] = /^a=x-peerql-mark:(\d{1,9}) (\d{1,9})\r?$/m.exec(sdp) ?? [];
  if (connection === undefined || offer === undefined) return null;
  return { connection: Number(connection), offer: Number(offer) };
}

/**
 * The number of the connection that a description is for. A client that does not number its connections shows a new one
 * by a new certificate in its offer.
 * @param known the other side's description that the connection in use has, whose number is `current`
 */
export function connectionOf(
  { type, sdp }: { readonly type: 'offer' | 'answer'; readonly sdp: string },
  known: RTCSessionDescriptionInit | null,
  current: number,
): number {
  const mark = markIn(sdp);
  if (mark !== null) return mark.connection;
  const before = fingerprintIn(known?.sdp ?? '');
  const isNew = type === 'offer' && before !== null && before !== fingerprintIn(sdp);
  return current + (isNew ? 1 : 0);
}

/** The certificate's fingerprint in a description; null when it has none. */
function fingerprintIn(sdp: string): string | null {
  return /^a=fingerprint:(\S+ \S+)/m.exec(sdp)?.[1]?.toLowerCase() ?? null;
}
