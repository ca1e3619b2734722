/** The limits of one sender. */
export interface SenderLimit {
  /** Bits a second. */
  readonly maxBitrate: number;
  /** 2 halves width and height. */
  readonly scaleResolutionDownBy: number;
}

export interface VideoLimits {
  readonly video: SenderLimit;
  readonly screen: SenderLimit;
}

/** What all video of a participant together may use of the uplink, in bits a second. */
export const UPLINK_BITRATE = 4_000_000;

const CAMERA_MOST = 1_700_000;
const CAMERA_LEAST = 120_000;
const SCREEN_MOST = 2_500_000;
const SCREEN_LEAST = 200_000;
/** The share of the uplink for a shared screen, which has to be readable. */
const SCREEN_SHARE = 0.6;

/**
 * The limits for the video to each of `peers` others; in a mesh each gets a separate copy. The uplink is divided
 * evenly: with the default of 4 Mbit/s a camera gets 1.7 Mbit/s for one or two others, 1 Mbit/s for four, 570 kbit/s
 * for seven. Below 900 kbit/s the picture shrinks to two thirds, below 450 kbit/s to a half, below 200 kbit/s to a
 * quarter, since few sharp pixels look better than many blurred ones. A shared screen takes 60 % of it and keeps its
 * size.
 */
export function videoLimits(
  peers: number,
  uplinkBitrate: number,
  sharesScreen: boolean,
): VideoLimits {
  const each = uplinkBitrate / Math.max(1, peers);
  const camera = within(CAMERA_LEAST, each * (sharesScreen ? 1 - SCREEN_SHARE : 1), CAMERA_MOST);
  const screen = within(SCREEN_LEAST, each * SCREEN_SHARE, SCREEN_MOST);
  return {
    video: { maxBitrate: camera, scaleResolutionDownBy: scaleFor(camera) },
    screen: { maxBitrate: screen, scaleResolutionDownBy: 1 },
  };
}

function scaleFor(bitrate: number): number {
  if (bitrate >= 900_000) return 1;
  if (bitrate >= 450_000) return 1.5;
  return bitrate >= 200_000 ? 2 : 4;
}

function within(least: number, value: number, most: number): number {
  return Math.round(Math.min(most, Math.max(least, value)));
}

/**
 * Applies a limit to a sender. Does nothing if it holds already, or before the sender is negotiated.
 * @param active whether it sends at all. That needs no negotiation, and video that goes on begins with a key frame
 * @throws {DOMException} of setParameters
 */
export async function limitSender(
  sender: RTCRtpSender,
  limit: SenderLimit,
  active: boolean,
): Promise<void> {
  const parameters = sender.getParameters();
  const [encoding] = parameters.encodings;
  if (encoding === undefined) return;
  const { maxBitrate, scaleResolutionDownBy = 1, active: wasActive = true } = encoding;
  const isSame =
    maxBitrate === limit.maxBitrate &&
    scaleResolutionDownBy === limit.scaleResolutionDownBy &&
    wasActive === active;
  if (isSame) return;
  Object.assign(encoding, limit, { active });
  await sender.setParameters(parameters);
}
