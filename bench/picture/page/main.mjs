import { Room, RoomEvent } from 'livekit-client';
import { Peer } from 'peerjs';
import { createClient } from 'peerql/client';

// One page of the measurement: it waits for a call, or calls and measures.

const SIZE = { width: 320, height: 180, frameRate: 30 };
const FIRST_PICTURE_MS = 30_000;

let media = null;
let client = null;
let token = null;

async function stream() {
  media ??= await navigator.mediaDevices.getUserMedia({ audio: true, video: SIZE });
  return media;
}

/** Resolves when the first frame of a stream is decoded and shown. */
function firstPicture(remote) {
  const video = document.createElement('video');
  Object.assign(video, { autoplay: true, muted: true, playsInline: true, srcObject: remote });
  document.body.replaceChildren(video);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('No picture.')), FIRST_PICTURE_MS);
    video.requestVideoFrameCallback(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Two connections in this page, which pass signals to each other directly. */
async function inPage() {
  const own = await stream();
  const began = performance.now();
  const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
  near.onicecandidate = ({ candidate }) => void far.addIceCandidate(candidate ?? undefined);
  far.onicecandidate = ({ candidate }) => void near.addIceCandidate(candidate ?? undefined);
  const remote = new MediaStream();
  near.ontrack = ({ track }) => remote.addTrack(track);
  const shown = firstPicture(remote);
  for (const track of own.getTracks()) {
    near.addTrack(track, own);
    far.addTrack(track, own);
  }
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription);
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription);
  await shown;
  const tookMs = performance.now() - began;
  near.close();
  far.close();
  return tookMs;
}

const peerOptions = (port) => ({
  host: 'localhost',
  port,
  path: '/',
  secure: false,
  config: { iceServers: [] },
});

async function answerPeerJs(port) {
  const own = await stream();
  const peer = new Peer(peerOptions(port));
  peer.on('call', (call) => call.answer(own));
  return new Promise((resolve, reject) => {
    peer.on('open', resolve);
    peer.on('error', reject);
  });
}

async function callPeerJs(port, id) {
  const own = await stream();
  const began = performance.now();
  // With a self-made id, it does not have to ask the server for one first.
  const peer = new Peer(crypto.randomUUID(), peerOptions(port));
  await new Promise((resolve, reject) => {
    peer.on('open', resolve);
    peer.on('error', reject);
  });
  const call = peer.call(id, own);
  const remote = await new Promise((resolve) => call.on('stream', resolve));
  await firstPicture(remote);
  const tookMs = performance.now() - began;
  peer.destroy();
  return tookMs;
}

function newClient(port) {
  const url = `http://localhost:${port}/graphql`;
  return createClient({ url, auth: 'bearer', ...(token === null ? {} : { token }) });
}

async function signUp(port) {
  client = newClient(port);
  const email = `${crypto.randomUUID()}@example.com`;
  const password = 'correct horse battery staple';
  ({ token } = await client.register({ name: 'Ann', email, password }));
}

async function answerPeerQl() {
  const room = await client.createRoom();
  await client.joinRoom(room.id, { stream: new MediaStream(await cloned()) });
  return room.id;
}

/** Copies, because a call stops its tracks when it ends. */
async function cloned() {
  return (await stream()).getTracks().map((track) => track.clone());
}

/** @param warm whether the socket is opened before, as in a lobby */
async function callPeerQl(port, roomId, warm) {
  const own = new MediaStream(await cloned());
  const fresh = newClient(port);
  if (warm) await fresh.connect();
  const began = performance.now();
  const call = await fresh.joinRoom(roomId, { stream: own });
  const [other] = call.snapshot.participants;
  await firstPicture(other.stream);
  const tookMs = performance.now() - began;
  call.leave();
  return tookMs;
}

/** Joins LiveKit's room, and sends there. */
async function enterLiveKit(port, liveKitToken) {
  const room = new Room();
  const pictured = new Promise((resolve) => {
    room.on(RoomEvent.TrackSubscribed, ({ kind, mediaStreamTrack }) => {
      if (kind === 'video') resolve(mediaStreamTrack);
    });
  });
  const tracks = await cloned();
  const sends = room
    .connect(`ws://localhost:${port}`, liveKitToken)
    .then(() => Promise.all(tracks.map((track) => room.localParticipant.publishTrack(track))));
  return { room, pictured, sends };
}

async function answerLiveKit(port, liveKitToken) {
  const { sends } = await enterLiveKit(port, liveKitToken);
  await sends;
}

async function callLiveKit(port, liveKitToken) {
  await stream();
  const began = performance.now();
  const { room, pictured, sends } = await enterLiveKit(port, liveKitToken);
  await firstPicture(new MediaStream([await pictured]));
  const tookMs = performance.now() - began;
  await sends;
  await room.disconnect();
  return tookMs;
}

window.bench = {
  inPage,
  answerPeerJs,
  callPeerJs,
  answerLiveKit,
  callLiveKit,
  signUp,
  answerPeerQl,
  callPeerQl,
};
