import { expect, it } from 'vitest';
import { limitSender, UPLINK_BITRATE, videoLimits } from '../../src/client/video-limits.ts';

it.each([
  [0, 1_700_000, 1],
  [1, 1_700_000, 1],
  [2, 1_700_000, 1],
  [4, 1_000_000, 1],
  [5, 800_000, 1.5],
  [7, 571_429, 1.5],
  [10, 400_000, 2],
  [49, 120_000, 4],
])('for %d others a camera has %d bit/s at 1/%d of its size', (peers, bitrate, scale) => {
  expect(videoLimits(peers, UPLINK_BITRATE, false).video).toEqual({
    maxBitrate: bitrate,
    scaleResolutionDownBy: scale,
  });
});

it('gives a shared screen most of the uplink, and its size', () => {
  expect(videoLimits(4, UPLINK_BITRATE, true)).toEqual({
    video: { maxBitrate: 400_000, scaleResolutionDownBy: 2 },
    screen: { maxBitrate: 600_000, scaleResolutionDownBy: 1 },
  });
});

it('stays within the uplink for as many as it is enough for', () => {
  for (let peers = 3; peers <= 8; peers += 1) {
    for (const sharesScreen of [true, false]) {
      const { video, screen } = videoLimits(peers, UPLINK_BITRATE, sharesScreen);
      const each = video.maxBitrate + (sharesScreen ? screen.maxBitrate : 0);
      expect(each * peers).toBeLessThanOrEqual(UPLINK_BITRATE + peers);
    }
  }
});

it('has a most where the uplink is without bounds', () => {
  expect(videoLimits(30, Number.POSITIVE_INFINITY, true)).toEqual({
    video: { maxBitrate: 1_700_000, scaleResolutionDownBy: 1 },
    screen: { maxBitrate: 2_500_000, scaleResolutionDownBy: 1 },
  });
});

it('sets a sender only where something changes, and stops it without a negotiation', async () => {
  const encodings: RTCRtpEncodingParameters[] = [{}];
  const set: RTCRtpEncodingParameters[] = [];
  // What is used of a sender.
  const sender = {
    getParameters: () => ({ encodings }),
    setParameters: async ({ encodings: [encoding] }: RTCRtpSendParameters) => {
      set.push({ ...encoding });
    },
  } as unknown as RTCRtpSender;
  const limit = { maxBitrate: 1_000, scaleResolutionDownBy: 2 };
  for (const active of [true, true, false, false, true]) await limitSender(sender, limit, active);
  expect(set).toEqual([
    { ...limit, active: true },
    { ...limit, active: false },
    { ...limit, active: true },
  ]);
});
