import { createClient } from 'peerql/client';

// One person of the measured call.

const CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 } };

const connections = [];
let call = null;

// The SDK makes a connection to each of the others.
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) {
    super(...given);
    connections.push(this);
  }
};

async function signedIn(port) {
  const client = createClient({ url: `http://localhost:${port}/graphql`, auth: 'bearer' });
  const email = `${crypto.randomUUID()}@example.com`;
  await client.register({ name: 'Ann', email, password: 'correct horse battery staple' });
  return client;
}

async function createRoom(port) {
  return (await (await signedIn(port)).createRoom({ capacity: 50 })).id;
}

async function join(port, roomId) {
  const client = await signedIn(port);
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: CAMERA });
  call = await client.joinRoom(roomId, { stream });
  call.subscribe(show);
  show();
}

/** Shows everybody, as a page of calls does: what is not shown may not be decoded. */
function show() {
  for (const { id, stream } of call.snapshot.participants) {
    let video = document.getElementById(id);
    if (video === null) {
      video = document.createElement('video');
      Object.assign(video, { id, autoplay: true, muted: true, playsInline: true, width: 320 });
      document.body.append(video);
    }
    if (video.srcObject !== stream) video.srcObject = stream;
  }
}

/** How many of the others are seen. */
function seen() {
  return [...document.querySelectorAll('video')].filter(({ videoWidth }) => videoWidth > 0).length;
}

/** What was sent since the start, in bytes, and which frames of each other person were decoded. */
async function totals() {
  let sentBytes = 0;
  const frames = {};
  let width = 0;
  for (const [index, connection] of connections.entries()) {
    if (connection.connectionState !== 'connected') continue;
    for (const entry of (await connection.getStats()).values()) {
      if (entry.type === 'outbound-rtp') sentBytes += entry.bytesSent + entry.headerBytesSent;
      if (entry.type !== 'inbound-rtp' || entry.kind !== 'video') continue;
      frames[index] = (frames[index] ?? 0) + (entry.framesDecoded ?? 0);
      width = Math.max(width, entry.frameWidth ?? 0);
    }
  }
  return { atMs: performance.now(), sentBytes, frames, width };
}

window.bench = { createRoom, join, seen, totals };
