import { expect, it } from 'vitest';
import { withH264First } from '../../src/client/video-codec.ts';

const lines = (...all: string[]) => all.map((line) => `${line}\r\n`).join('');

it('puts H.264 first where a section of video has it, and changes nothing else', () => {
  const sdp = (video: string) =>
    lines(
      'v=0',
      's=-',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=rtpmap:111 opus/48000/2',
      `m=video 9 UDP/TLS/RTP/SAVPF ${video}`,
      'a=rtpmap:96 VP8/90000',
      'a=rtpmap:97 rtx/90000',
      'a=rtpmap:102 H264/90000',
      'a=rtpmap:103 H264/90000',
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    );
  expect(withH264First(sdp('96 97 102 103'))).toBe(sdp('102 103 96 97'));
  const without = lines('v=0', 'm=video 9 UDP/TLS/RTP/SAVPF 96', 'a=rtpmap:96 VP8/90000');
  expect(withH264First(without)).toBe(without);
  expect(withH264First('')).toBe('');
});
