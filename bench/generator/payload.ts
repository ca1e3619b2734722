// Payloads as browsers send them: a candidate of Chromium, and an offer for audio and video.

/** Digits of a sender's number and of a signal's place among its signals, inside a candidate. */
const senderDigits = 3;
const orderDigits = 7;
const marker = 'ufrag q';

/** An `RTCIceCandidateInit` as JSON that carries who sent it and its place in that sender's order. */
export function candidateJson(sender: number, order: number): string {
  return `${candidateHead}${String(sender).padStart(senderDigits, '0')}${String(order).padStart(orderDigits, '0')}${candidateTail}`;
}

const candidateHead =
  '{"candidate":"candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 10.0.0.7 rport 46154 generation 0 ' +
  marker;
const candidateTail =
  ' network-id 1 network-cost 10","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"EsAw"}';

/** Calls back with sender and order of each candidate in a frame; returns the number of candidates. */
export function eachCandidate(
  frame: string,
  found: (sender: number, order: number) => void,
): number {
  let count = 0;
  for (let at = frame.indexOf(marker); at >= 0; at = frame.indexOf(marker, at)) {
    at += marker.length;
    found(digits(frame, at, senderDigits), digits(frame, at + senderDigits, orderDigits));
    count++;
  }
  return count;
}

function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let end = at + count; at < end; at++) value = value * 10 + text.charCodeAt(at) - 48;
  return value;
}

/** An SDP of about 4 KB for the given type, JSON-encoded with its quotes. */
export function sdpJson(type: 'offer' | 'answer'): string {
  const lines = [
    'v=0',
    `o=- 4611731400430051336 2 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1',
    'a=extmap-allow-mixed',
    'a=msid-semantic: WMS 7b6f0c2e',
  ];
  for (const [mid, kind] of ['audio', 'video'].entries()) {
    const formats = Array.from({ length: kind === 'audio' ? 8 : 24 }, (_, index) => 96 + index);
    lines.push(
      `m=${kind} 9 UDP/TLS/RTP/SAVPF ${formats.join(' ')}`,
      'c=IN IP4 0.0.0.0',
      'a=rtcp:9 IN IP4 0.0.0.0',
      'a=ice-ufrag:EsAw',
      'a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1',
      'a=ice-options:trickle',
      'a=fingerprint:sha-256 0F:74:31:25:CB:A2:13:EC:28:6F:6D:2C:61:FF:5D:C2:BC:B9:DB:3D:98:14:8D:1A:BB:EA:33:0C:A4:60:A8:8E',
      `a=setup:${type === 'offer' ? 'actpass' : 'active'}`,
      `a=mid:${mid}`,
      'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
      'a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
      'a=sendrecv',
      'a=rtcp-mux',
    );
    for (const format of formats) {
      lines.push(
        `a=rtpmap:${format} ${kind === 'audio' ? 'opus/48000/2' : 'VP8/90000'}`,
        `a=rtcp-fb:${format} transport-cc`,
        `a=fmtp:${format} minptime=10;useinbandfec=1`,
      );
    }
  }
  return JSON.stringify(`${lines.join('\r\n')}\r\n`);
}
