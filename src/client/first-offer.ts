import { type DataChannels, openDataChannels } from './data-channels.ts';
import { type MediaSlot, SLOTS } from './peer-options.ts';
import { withMark } from './session-description.ts';
import { prefersH264, putH264First } from './video-codec.ts';

/** A connection with the offer that goes out with the join, so that the answer comes one round trip earlier. */
export interface FirstOffer {
  readonly connection: RTCPeerConnection;
  readonly transceivers: Map<MediaSlot, RTCRtpTransceiver>;
  readonly channels: DataChannels;
  readonly description: RTCSessionDescriptionInit;
  /** The description as it is sent: the first offer of connection 0. */
  readonly sdp: string;
}

/**
 * Makes an offer before it is known for whom it is and which ICE servers there are. It becomes the local description
 * only when that is known: until then nothing is gathered, and no track is in it. Null if the browser makes none; then
 * the offer is made after the join.
 */
export async function makeFirstOffer(configuration?: RTCConfiguration): Promise<FirstOffer | null> {
  let connection: RTCPeerConnection | undefined;
  try {
    connection = new RTCPeerConnection({ ...configuration, iceCandidatePoolSize: 0 });
    return await offerOf(connection);
  } catch {
    connection?.close();
    return null;
  }
}

/** Discards an offer that is not needed. */
export function discard(offering: Promise<FirstOffer | null> | undefined): void {
  void offering?.then((offer) => offer?.connection.close());
}

async function offerOf(connection: RTCPeerConnection): Promise<FirstOffer> {
  const transceivers = new Map(
    SLOTS.map((slot) => [slot, connection.addTransceiver(slot === 'audio' ? slot : 'video')]),
  );
  const channels = openDataChannels(connection);
  if (await prefersH264()) putH264First(connection);
  const description = await connection.createOffer();
  const sdp = withMark(description.sdp ?? '', { connection: 0, offer: 1 });
  return { connection, transceivers, channels, description, sdp };
}

/** Goes on with the offer: from now on candidates are gathered, and the tracks are sent as soon as it is answered. */
export async function applyFirstOffer(
  { connection, transceivers, description }: FirstOffer,
  configuration: RTCConfiguration,
  tracks: Readonly<Record<MediaSlot, MediaStreamTrack | null>>,
): Promise<void> {
  connection.setConfiguration({ ...connection.getConfiguration(), ...configuration });
  const given = connection.setLocalDescription(description);
  const sent = SLOTS.map((slot) => transceivers.get(slot)?.sender.replaceTrack(tracks[slot]));
  await Promise.all([given, ...sent]);
}
