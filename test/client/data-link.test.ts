import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DataChannels } from '../../src/client/data-channels.ts';
import { DataLink } from '../../src/client/data-link.ts';
import { PeerqlError } from '../../src/client/errors.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const HELLO = '{"type":"hello","version":1}';

/** What is used of an `RTCDataChannel`. */
class FakeChannel extends EventTarget {
  readyState = 'open';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  readonly sent: unknown[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;

  send(data: unknown): void {
    this.sent.push(data);
  }
}

function fakeChannels() {
  const fakes = {
    reliable: new FakeChannel(),
    lossy: new FakeChannel(),
    files: new FakeChannel(),
  };
  return { fakes, channels: fakes as unknown as DataChannels };
}

function link() {
  const heard: unknown[] = [];
  const errors: unknown[] = [];
  const wanted: unknown[] = [];
  const recorded: boolean[] = [];
  const made: DataLink = new DataLink({
    from: 'bob',
    onMessage: (data, reliable) => heard.push([data, reliable]),
    onFile: () => false,
    onWanted: () => wanted.push(made.wanted),
    onRecorded: () => recorded.push(made.isRecorded),
    onError: (error) => errors.push(error),
  });
  return { made, heard, errors, wanted, recorded };
}

it('waits for the hello of the other side, then sends in order', async () => {
  const { made, heard } = link();
  const { fakes, channels } = fakeChannels();
  made.use(channels);
  fakes.files.onopen?.();
  expect(fakes.files.sent).toEqual([HELLO]);
  const sent = Promise.all([
    made.send('a', 1, true),
    made.send('b', 1, true),
    made.send('c', 1, false),
  ]);
  expect(made.isOpen).toBe(false);
  fakes.files.onmessage?.({ data: HELLO });
  expect(made.isOpen).toBe(true);
  await sent;
  expect(fakes.reliable.sent).toEqual(['a', 'b']);
  expect(fakes.lossy.sent).toEqual(['c']);
  fakes.reliable.onmessage?.({ data: 'd' });
  fakes.lossy.onmessage?.({ data: 'e' });
  expect(heard).toEqual([
    ['d', true],
    ['e', false],
  ]);
});

it('gives up on a client that never says hello', async () => {
  const { made } = link();
  const { fakes, channels } = fakeChannels();
  made.use(channels);
  fakes.files.onopen?.();
  const refused = expect(made.send('a', 1, true)).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
  await vi.advanceTimersByTimeAsync(10_000);
  await refused;
  expect(fakes.reliable.sent).toEqual([]);
});

it('goes on with the channels of a new connection, and hears nothing of the old', async () => {
  const { made, heard } = link();
  const [first, second] = [fakeChannels(), fakeChannels()];
  made.use(first.channels);
  first.fakes.files.onmessage?.({ data: HELLO });
  const oldMessage = first.fakes.reliable.onmessage;
  made.use(second.channels);
  expect(made.isOpen).toBe(false);
  expect(first.fakes.reliable.onmessage).toBeNull();
  expect(oldMessage).not.toBeNull();
  // The old connection closes after the new one is in use.
  first.fakes.files.onclose?.();
  const sent = made.send('a', 1, true);
  second.fakes.files.onmessage?.({ data: HELLO });
  await sent;
  expect(second.fakes.reliable.sent).toEqual(['a']);
  expect(heard).toEqual([]);
});

it('says which video it wants once the other side listens, and again on each new connection', async () => {
  const { made } = link();
  const asked = '{"type":"want","video":false,"screen":true}';
  const [first, second] = [fakeChannels(), fakeChannels()];
  made.use(first.channels);
  made.want({ video: false, screen: true });
  expect(first.fakes.files.sent).toEqual([]);
  first.fakes.files.onmessage?.({ data: HELLO });
  await vi.advanceTimersByTimeAsync(0);
  expect(first.fakes.files.sent).toEqual([asked]);
  made.use(second.channels);
  second.fakes.files.onmessage?.({ data: HELLO });
  await vi.advanceTimersByTimeAsync(0);
  expect(second.fakes.files.sent).toEqual([asked]);
  made.want({ video: true, screen: true });
  await vi.advanceTimersByTimeAsync(0);
  expect(second.fakes.files.sent).toEqual([asked, '{"type":"want","video":true,"screen":true}']);
});

it('hears which video is wanted, of each connection anew; what it cannot read asks for nothing', async () => {
  const { made, wanted, errors } = link();
  const [first, second] = [fakeChannels(), fakeChannels()];
  made.use(first.channels);
  expect(made.wanted).toEqual({ video: true, screen: true });
  for (const data of [
    '{"type":"want","video":false}',
    '{"type":"want","video":false,"screen":0}',
    '{"type":"want"',
    '{"type":"wants","id":1}',
    'null',
  ]) {
    first.fakes.files.onmessage?.({ data });
  }
  expect(wanted).toEqual([{ video: false, screen: true }]);
  made.use(second.channels);
  expect(wanted).toEqual([
    { video: false, screen: true },
    { video: true, screen: true },
  ]);
  expect(errors).toEqual([]);
});

it('says that it records, also to who listens later and on each new connection, and hears it of the other side', async () => {
  const { made, recorded, errors } = link();
  const [first, second] = [fakeChannels(), fakeChannels()];
  const says = (on: boolean) => `{"type":"recording","on":${on}}`;
  made.use(first.channels);
  made.tellRecording(false);
  first.fakes.files.onmessage?.({ data: HELLO });
  expect(first.fakes.files.sent).toEqual([]);
  made.tellRecording(true);
  made.tellRecording(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(first.fakes.files.sent).toEqual([says(true)]);
  first.fakes.files.onmessage?.({ data: says(true) });
  // It has stopped while there was no connection: the next one says so.
  made.use(second.channels);
  made.tellRecording(false);
  expect(made.isRecorded).toBe(true);
  second.fakes.files.onmessage?.({ data: HELLO });
  for (const data of ['{"type":"recording"', '{"type":"recording","on":"yes"}']) {
    second.fakes.files.onmessage?.({ data });
  }
  await vi.advanceTimersByTimeAsync(0);
  expect(second.fakes.files.sent).toEqual([says(false)]);
  expect(recorded).toEqual([true, false]);
  expect(errors).toEqual([]);
});

it('says why it is over, to those who wait and to those who come later', async () => {
  const { made } = link();
  const over = new PeerqlError('PEER_NOT_IN_ROOM', 'Gone.');
  const waiting = expect(made.send('a', 1, true)).rejects.toBe(over);
  made.close(over);
  await waiting;
  await expect(made.send('b', 1, true)).rejects.toBe(over);
  await expect(made.sendFile(new Blob(), {})).rejects.toBe(over);
  made.close(new PeerqlError('ENDED', 'Later.'));
  await expect(made.opened()).rejects.toBe(over);
});
