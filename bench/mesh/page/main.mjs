import { createClient } from 'peerql/client';

// One person of the measured call.

/** The name of who is measured. */
const MEASURED = 'Ann';

const connections = [];
let call = null;

// The SDK makes a connection to each of the others.
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) {
    super(...given);
    connections.push(this);
  }
};

async function signedIn(port, name) {
  const client = createClient({ url: `http://localhost:${port}/graphql`, auth: 'bearer' });
  const email = `${crypto.randomUUID()}@example.com`;
  await client.register({ name, email, password: 'correct horse battery staple' });
  return client;
}

async function createRoom(port) {
  return (await (await signedIn(port, 'Owner')).createRoom({ capacity: 50 })).id;
}

async function join(port, roomId, measured, { width, height }) {
  const client = await signedIn(port, measured ? MEASURED : 'Ben');
  const video = { width: { ideal: width }, height: { ideal: height } };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: measured, video });
  call = await client.joinRoom(roomId, { stream });
  const changed = measured ? show : pause;
  call.subscribe(changed);
  changed();
}

/** Asks for no picture but that of who is measured: so the machine has to code as few pictures as possible. */
function pause() {
  for (const { id, user } of call.snapshot.participants)
    if (user.name !== MEASURED) call.setReceiving(id, { video: false });
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
