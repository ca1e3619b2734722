import { expect, it } from 'vitest';
import { ChannelWriter, type WritableChannel } from '../../src/client/channel-writer.ts';
import { DataLimits } from '../../src/client/data-limits.ts';

/** A channel that keeps what it is given until the test drains it. */
class SlowChannel extends EventTarget implements WritableChannel {
  readyState: RTCDataChannelState = 'open';
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  readonly sent: (string | ArrayBuffer)[] = [];

  send(data: string | ArrayBuffer): void {
    this.sent.push(data);
    this.bufferedAmount += typeof data === 'string' ? data.length : data.byteLength;
  }

  drain(): void {
    this.bufferedAmount = 0;
    this.dispatchEvent(new Event('bufferedamountlow'));
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('sends at once while there is room, then waits, and keeps the order', async () => {
  const channel = new SlowChannel();
  const writer = new ChannelWriter(channel);
  const full = new ArrayBuffer(DataLimits.bufferedBytes);
  await writer.write(full, full.byteLength);
  // As much as may wait is no reason to wait: one byte more is.
  await writer.write('x', 1);
  const order: string[] = [];
  const waiting = ['a', 'b'].map((text) => writer.write(text, 1).then(() => order.push(text)));
  await settled();
  expect(channel.sent).toEqual([full, 'x']);
  channel.drain();
  await Promise.all(waiting);
  expect(channel.sent).toEqual([full, 'x', 'a', 'b']);
  expect(order).toEqual(['a', 'b']);
  expect(channel.bufferedAmountLowThreshold).toBeGreaterThan(0);
});

it('refuses more than may wait, and takes it later', async () => {
  const channel = new SlowChannel();
  const writer = new ChannelWriter(channel);
  channel.bufferedAmount = DataLimits.bufferedBytes + 1;
  const waiting = writer.write('a', DataLimits.waitingBytes);
  await expect(writer.write('b', 1)).rejects.toMatchObject({ code: 'BUFFER_FULL' });
  channel.drain();
  await waiting;
  await writer.write('c', DataLimits.waitingBytes);
  expect(channel.sent).toEqual(['a', 'c']);
});

it.each([
  [
    'the channel closes',
    (channel: SlowChannel, _writer: ChannelWriter) => {
      channel.readyState = 'closed';
      channel.dispatchEvent(new Event('close'));
    },
  ],
  ['the connection is given up', (_channel: SlowChannel, writer: ChannelWriter) => writer.close()],
])('fails what waits when %s', async (_, end) => {
  const channel = new SlowChannel();
  const writer = new ChannelWriter(channel);
  channel.bufferedAmount = DataLimits.bufferedBytes + 1;
  const refused = { code: 'NOT_CONNECTED' };
  const waiting = [writer.write('a', 1), writer.write('b', 1)].map((one) =>
    expect(one).rejects.toMatchObject(refused),
  );
  await settled();
  end(channel, writer);
  await Promise.all(waiting);
  await expect(writer.write('c', 1)).rejects.toMatchObject(refused);
  expect(channel.sent).toEqual([]);
});
