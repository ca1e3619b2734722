const H264 = 'video/H264';
/** The video that a call sends most: a camera's, as `LocalMedia` requests it. */
const PICTURE = { width: 1280, height: 720, framerate: 30, bitrate: 1_500_000 };

let answer: Promise<boolean> | null = null;

/**
 * Whether this device encodes H.264 in hardware but not VP8, which browsers put first. This is so on most phones and in
 * Safari, where a call in VP8 costs battery and warms the device. The browser is asked once.
 */
export function prefersH264(): Promise<boolean> {
  answer ??= Promise.all([isEfficient('video/VP8'), isEfficient(H264)]).then(
    ([vp8, h264]) => h264 && !vp8,
  );
  return answer;
}

async function isEfficient(contentType: string): Promise<boolean> {
  try {
    const configuration = { type: 'webrtc', video: { contentType, ...PICTURE } } as const;
    const { supported, powerEfficient } =
      await navigator.mediaCapabilities.encodingInfo(configuration);
    return supported && powerEfficient;
  } catch {
    // A browser that cannot say keeps its own order.
    return false;
  }
}

/** Puts H.264 first in all later offers and answers of this side, so that the other side sends it. */
export function putH264First(connection: RTCPeerConnection): void {
  const { codecs } = RTCRtpReceiver.getCapabilities('video') ?? { codecs: [] };
  const ordered = [
    ...codecs.filter(({ mimeType }) => mimeType === H264),
    ...codecs.filter(({ mimeType }) => mimeType !== H264),
  ];
  for (const transceiver of connection.getTransceivers()) {
    if (transceiver.receiver.track.kind === 'video') transceiver.setCodecPreferences?.(ordered);
  }
}

/**
 * Returns the other side's offer or answer with H.264 first, if it has H.264, so that this side sends it (RFC 8829,
 * 5.3.1).
 */
export function withH264First(sdp: string): string {
  const [session = '', ...media] = sdp.split(/^(?=m=)/m);
  return [session, ...media.map(reordered)].join('');
}

function reordered(section: string): string {
  const [, line, formats] = /^(m=video \S+ \S+ )(.*\S)/.exec(section) ?? [];
  if (line === undefined || formats === undefined) return section;
  const all = formats.split(' ');
  const isH264 = (format: string) => section.includes(`\na=rtpmap:${format} H264/`);
  const ordered = [...all.filter(isH264), ...all.filter((format) => !isH264(format))];
  return section.replace(line + formats, line + ordered.join(' '));
}
