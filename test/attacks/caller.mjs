// Calls between two people each, in a process of its own so that an attacker's work does not blur its clock: one sends
// an offer every few milliseconds, the other receives it. Asked by a message, it reports what came of it since the last time.
import { setTimeout as pass } from 'node:timers/promises';
import { WebSocket } from 'ws';

const EVENTS = `subscription ($roomId: ID!) { roomEvents(roomId: $roomId) {
  ... on RoomSnapshot { self { id } } ... on OfferReceived { sdp } ... on JoinRefused { error { __typename } } } }`;
const SEND = 'mutation ($input: SendOfferInput!) { sendOffer(input: $input) { __typename } }';

const { socketUrl, rooms, everyMs } = JSON.parse(process.argv[2] ?? '{}');

let sent = 0;
let received = 0;
let failures = [];
let latencies = [];
/** When each offer on its way was due, by its text. */
const due = new Map();

function person(roomId, token, onEvent, onAnswer) {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(socketUrl, 'graphql-transport-ws', { headers: atHome() });
    const say = (message) => ws.send(JSON.stringify(message));
    ws.on('open', () => say({ type: 'connection_init', payload: { token } }));
    ws.on('close', (code) => failures.push(`a socket of the call closed with ${code}`));
    ws.on('error', reject);
    ws.on('message', (data) => {
      const { type, id, payload } = JSON.parse(String(data));
      if (type === 'connection_ack') {
        say({ type: 'subscribe', id: 'room', payload: { query: EVENTS, variables: { roomId } } });
      } else if (type === 'error' || payload?.errors) {
        failures.push(JSON.stringify(payload));
      } else if (type === 'next' && id === 'room') {
        const event = payload.data.roomEvents;
        if (event.self) resolve({ id: event.self.id, say });
        else if (event.error) reject(new Error(event.error.__typename));
        else onEvent(event);
      } else if (type === 'next') onAnswer(payload.data);
    });
  });
}

function onOffer({ sdp }) {
  if (sdp === undefined) return;
  latencies.push(performance.now() - due.get(sdp));
  due.delete(sdp);
  received += 1;
}

function onAnswer({ sendOffer }) {
  if (sendOffer.__typename !== 'SendOfferSuccess') failures.push(sendOffer.__typename);
}

let people = 0;

/** Everybody has an address of their own, which the proxy in front tells: no attacker shares it and its budgets. */
function atHome() {
  people += 1;
  return { 'x-forwarded-for': `10.200.${people >> 8}.${people & 255}` };
}

let number = 0;

async function call({ roomId, tokens }) {
  const ann = await person(roomId, tokens[0], () => {}, onAnswer);
  const bob = await person(roomId, tokens[1], onOffer, () => {});
  let next = performance.now() + Math.random() * everyMs;
  const send = () => {
    while (next <= performance.now()) {
      number += 1;
      const sdp = `v=0 ${number}`;
      due.set(sdp, next);
      sent += 1;
      next += everyMs;
      const variables = { input: { roomId, to: bob.id, sdp } };
      ann.say({ type: 'subscribe', id: `s${number}`, payload: { query: SEND, variables } });
    }
    setTimeout(send, Math.max(0, next - performance.now()));
  };
  send();
}

process.on('disconnect', () => process.exit(0));
process.on('message', async () => {
  // What is on its way belongs to what was asked about. On a busy machine it may take long: 30 seconds at most.
  const waiting = [...due.keys()];
  for (let tries = 0; tries < 3000 && waiting.some((sdp) => due.has(sdp)); tries += 1)
    await pass(10);
  const lost = waiting.filter((sdp) => due.has(sdp)).length;
  const sorted = latencies.sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  process.send({ sent, received, lost, failures, p50: at(0.5), p99: at(0.99), max: at(1) });
  sent = 0;
  received = 0;
  failures = [];
  latencies = [];
});
for (const room of rooms) await call(room);
process.send('ready');
