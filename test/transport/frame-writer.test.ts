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
