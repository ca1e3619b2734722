import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { beforeEach, expect, test } from 'vitest';
import { FrameWriter, toWire } from '../../src/transport/websocket/frame-writer.ts';

const LIMIT = 10;

/** A socket whose kernel takes everything at once, or nothing. */
class FakeSocket extends EventEmitter {
  readonly written: string[] = [];
  readonly writable = true;
  writableLength = 0;
  takes = true;

  write(text: string): boolean {
    this.written.push(text);
    if (!this.takes) this.writableLength += text.length;
    return this.takes;
  }
}

let socket: FakeSocket;
let drained: number;
let writer: FrameWriter;

beforeEach(() => {
  socket = new FakeSocket();
  drained = 0;
  const reader = {
    drained: () => {
      drained += 1;
    },
  };
  writer = new FrameWriter(socket as unknown as Socket, reader);
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('the frames of one turn leave in one write', async () => {
  writer.send(toWire('one'));
  writer.send(toWire('two'));
  expect(socket.written).toEqual([]);
  await turn();
  expect(socket.written).toEqual(['\x81\x03one\x81\x03two']);
});

test('who was told that there is no room hears of it when the socket takes everything at once', async () => {
  expect(writer.hasRoom(LIMIT)).toBe(true);
  writer.send(toWire('more than the limit'));
  expect(writer.hasRoom(LIMIT)).toBe(false);
  await turn();
  expect(writer.hasRoom(LIMIT)).toBe(true);
  expect(drained).toBe(1);
  writer.send(toWire('more than the limit'));
  await turn();
  // Nobody asked this time.
  expect(drained).toBe(1);
});

test('and otherwise the socket tells of it itself', async () => {
  socket.takes = false;
  writer.send(toWire('more than the limit'));
  expect(writer.hasRoom(LIMIT)).toBe(false);
  await turn();
  expect(writer.hasRoom(LIMIT)).toBe(false);
  expect(drained).toBe(0);
});

const KILOBYTE = 1024;
const pings = () =>
  [...socket.written.join('').matchAll(/\x89.(b\d+)/gs)].map(([, ping = '']) => ping);
const writtenBytes = () => socket.written.join('').length;

test('no more is under way than is proved to arrive, and in the end all of it is written in order', async () => {
  const frames = Array.from({ length: 400 }, (_, index) => `${index}:`.padEnd(2 * KILOBYTE, 'x'));
  for (const frame of frames) writer.send(toWire(frame));
  await turn();
  expect(writtenBytes()).toBeLessThan(160 * KILOBYTE);
  expect(writer.hasRoom(500 * KILOBYTE)).toBe(false);
  let answered = 0;
  while (answered < pings().length) {
    const before = writtenBytes();
    writer.ponged(pings()[answered] ?? '');
    answered += 1;
    // Each proof lets about as much go.
    expect(writtenBytes() - before).toBeLessThan(40 * KILOBYTE);
  }
  const order = [...socket.written.join('').matchAll(/(\d+):x/g)].map(([, index]) => Number(index));
  expect(order).toEqual(frames.map((_, index) => index));
  expect(drained).toBe(1);
});

test('a client may leave out older answers, and what it makes up proves nothing', async () => {
  for (let index = 0; index < 200; index += 1) writer.send(toWire('x'.repeat(2 * KILOBYTE)));
  await turn();
  const before = writtenBytes();
  for (const made of ['', 'b', 'b-1', 'bNaN', 'b999999999', 'bInfinity', '12', '5000']) {
    writer.ponged(made);
  }
  expect(writtenBytes()).toBe(before);
  writer.ponged(pings().at(-1) ?? '');
  expect(writtenBytes()).toBeGreaterThan(before + 100 * KILOBYTE);
});

test('a frame that is longer than all that may be under way is written whole, and known to be long', async () => {
  expect(writer.longUnproved).toBe(0);
  writer.send(toWire('y'.repeat(300 * KILOBYTE)));
  writer.send(toWire('after'));
  await turn();
  expect(writtenBytes()).toBeGreaterThan(300 * KILOBYTE);
  expect(writer.longUnproved).toBeGreaterThanOrEqual(300 * KILOBYTE);
  writer.ponged(pings()[0] ?? '');
  expect(writer.longUnproved).toBe(0);
  expect(socket.written.join('')).toContain('after');
});

test('before a close everything is written, or what is left is forgotten', async () => {
  for (let index = 0; index < 200; index += 1) writer.send(toWire('x'.repeat(2 * KILOBYTE)));
  await turn();
  writer.drop();
  expect(writer.hasRoom(LIMIT)).toBe(true);
  const before = writtenBytes();
  for (let index = 0; index < 200; index += 1) writer.send(toWire('x'.repeat(2 * KILOBYTE)));
  writer.flushWhole();
  expect(writtenBytes() - before).toBeGreaterThan(400 * KILOBYTE);
});
