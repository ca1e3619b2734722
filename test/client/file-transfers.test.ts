import { expect, it } from 'vitest';
import { DataLimits } from '../../src/client/data-limits.ts';
import { PeerqlError } from '../../src/client/errors.ts';
import { PIECE_BYTES, pieceFrame, WINDOW_BYTES } from '../../src/client/file-frames.ts';
import { FileTransfers } from '../../src/client/file-transfers.ts';
import type { FileProgress, IncomingFile } from '../../src/client/incoming-file.ts';
import { seededRandom, seedOfRun } from '../kit/random.ts';
import { Changes } from '../kit/waiting.ts';

const random = seededRandom(seedOfRun('files'));

/** Longer than a piece, and no multiple of it: no two pieces are alike. */
const some = Uint8Array.from({ length: 65_537 }, () => Math.floor(random() * 256));

function bytes(length: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(length);
  for (let at = 0; at < length; at += some.length) {
    all.set(some.subarray(0, Math.min(some.length, length - at)), at);
  }
  return all;
}

type Frame = string | ArrayBuffer;

/** Two sides whose connection the test can cut and make anew. */
class Pair {
  readonly offers: IncomingFile[] = [];
  readonly changes = new Changes();
  /** Pieces that were handed to the connection. */
  pieces = 0;
  /** Called with every frame; false loses it and cuts the connection. */
  passes: (frame: Frame) => boolean = () => true;
  listens = true;
  #connected = true;
  readonly sender = this.#side(() => this.receiver);
  readonly receiver: FileTransfers = this.#side(() => this.sender);

  #side(other: () => FileTransfers): FileTransfers {
    return new FileTransfers({
      from: 'ann',
      write: async (frame) => {
        if (!this.#connected) throw new PeerqlError('NOT_CONNECTED', 'Cut.');
        await Promise.resolve();
        if (typeof frame !== 'string') this.pieces += 1;
        this.changes.tell();
        if (!this.passes(frame)) {
          this.#connected = false;
          return;
        }
        if (this.#connected) other().receive(frame);
      },
      onFile: (file) => {
        if (!this.listens) return false;
        this.offers.push(file);
        this.changes.tell();
        return true;
      },
    });
  }

  /** The connection is made anew. */
  reconnect(): void {
    this.#connected = true;
    this.passes = () => true;
    this.sender.resume();
    this.receiver.resume();
  }

  get cut(): boolean {
    return !this.#connected;
  }

  async offered(count = 1): Promise<IncomingFile> {
    await this.changes.until(
      () => this.offers.length >= count,
      () => 'an offer',
    );
    const offer = this.offers[count - 1];
    if (offer === undefined) throw new Error('There is no offer.');
    return offer;
  }
}

/** Whether a blob has these bytes. An assertion on the bytes themselves would take seconds. */
async function holds(blob: Blob, data: Uint8Array): Promise<boolean> {
  return Buffer.from(await blob.arrayBuffer()).equals(data);
}

const refusal = (code: string) => ({ code });

it.each([0, 1, PIECE_BYTES, PIECE_BYTES + 1, 1_200_000])('brings %i bytes over', async (size) => {
  const pair = new Pair();
  const data = bytes(size);
  const [sent, received]: [FileProgress[], FileProgress[]] = [[], []];
  const file = new File([data], 'notes.txt', { type: 'text/plain' });
  const done = pair.sender.send(file, { onProgress: (progress) => sent.push(progress) });
  const offer = await pair.offered();
  expect(offer).toMatchObject({ from: 'ann', name: 'notes.txt', size, type: 'text/plain' });
  const blob = await offer.accept({ onProgress: (progress) => received.push(progress) });
  await done;
  expect(blob.type).toBe('text/plain');
  expect(await holds(blob, data)).toBe(true);
  for (const progress of [sent, received]) {
    expect(progress.at(-1)).toEqual({ bytes: size, totalBytes: size });
    const steps = progress.map((one) => one.bytes);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  }
  await expect(offer.accept()).rejects.toMatchObject(refusal('FILE_ANSWERED'));
});

it('goes on from where it was when the connection is made anew, wherever it was lost', async () => {
  const data = bytes(600_000);
  const whole = new Pair();
  const first = whole.sender.send(new Blob([data]), {});
  await (await whole.offered()).accept();
  await first;
  // The offer, the answer, every piece and the last word: any of them may be the one that is lost.
  for (let lost = 0; lost < 60; lost += 1) {
    const pair = new Pair();
    let frames = 0;
    pair.passes = () => frames++ !== lost;
    const done = pair.sender.send(new Blob([data]), {});
    if (lost === 0) {
      await pair.changes.until(
        () => pair.cut,
        () => 'the cut',
      );
      pair.reconnect();
    }
    const offer = await pair.offered();
    const blob = offer.accept();
    if (lost > 0) {
      const over = { yet: false };
      void done.then(() => {
        over.yet = true;
        pair.changes.tell();
      });
      await pair.changes.until(
        () => pair.cut || over.yet,
        () => `the cut at frame ${lost}`,
      );
      pair.reconnect();
    }
    expect(await holds(await blob, data)).toBe(true);
    await done;
    expect(pair.offers).toHaveLength(1);
    // Only what was on its way is sent twice.
    expect(pair.pieces - whole.pieces).toBeLessThanOrEqual(WINDOW_BYTES / PIECE_BYTES);
  }
});

it('sends no faster than the stream is read', async () => {
  const pair = new Pair();
  const data = bytes(2 * WINDOW_BYTES);
  const done = pair.sender.send(new Blob([data]), {});
  const reader = (await pair.offered()).stream().getReader();
  const most = Math.ceil(WINDOW_BYTES / PIECE_BYTES);
  await pair.changes.until(
    () => pair.pieces >= most - 1,
    () => 'a full window',
  );
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(pair.pieces).toBeLessThanOrEqual(most);
  const read: Uint8Array[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    read.push(next.value);
  }
  await done;
  expect(Buffer.concat(read).equals(data)).toBe(true);
});

it('is refused by the user, and when nobody listens', async () => {
  const pair = new Pair();
  const refused = expect(pair.sender.send(new Blob(['a']), {})).rejects.toMatchObject(
    refusal('FILE_REFUSED'),
  );
  const offer = await pair.offered();
  offer.refuse();
  await refused;
  await expect(offer.accept()).rejects.toMatchObject(refusal('FILE_ANSWERED'));
  pair.listens = false;
  await expect(pair.sender.send(new Blob(['a']), {})).rejects.toMatchObject(
    refusal('FILE_REFUSED'),
  );
});

it('is stopped by either side', async () => {
  const pair = new Pair();
  const takenBack = new AbortController();
  const first = pair.sender.send(new Blob(['a']), { signal: takenBack.signal });
  const offer = await pair.offered();
  takenBack.abort(new Error('Not this one.'));
  await expect(first).rejects.toThrow('Not this one.');
  await pair.changes.until(
    () => offer.withdrawn.aborted,
    () => 'the withdrawal',
  );
  await expect(offer.accept()).rejects.toMatchObject(refusal('FILE_CANCELLED'));

  const enough = new AbortController();
  const second = pair.sender.send(new Blob([bytes(2_000_000)]), {});
  const outcome = expect(second).rejects.toMatchObject(refusal('FILE_CANCELLED'));
  const accepted = (await pair.offered(2)).accept({
    signal: enough.signal,
    onProgress: () => enough.abort(new Error('Enough.')),
  });
  await expect(accepted).rejects.toThrow('Enough.');
  await outcome;

  const third = pair.sender.send(new Blob([bytes(2_000_000)]), {});
  const stopped = expect(third).rejects.toMatchObject(refusal('FILE_CANCELLED'));
  await (await pair.offered(3)).stream().cancel();
  await stopped;
});

it('fails on both sides when the other is gone', async () => {
  const pair = new Pair();
  const failed = expect(pair.sender.send(new Blob([bytes(2_000_000)]), {})).rejects.toMatchObject(
    refusal('PEER_NOT_IN_ROOM'),
  );
  const offer = await pair.offered();
  const blob = expect(offer.accept()).rejects.toMatchObject(refusal('PEER_NOT_IN_ROOM'));
  const gone = new PeerqlError('PEER_NOT_IN_ROOM', 'Gone.');
  pair.sender.close(gone);
  pair.receiver.close(gone);
  await Promise.all([failed, blob]);
  await expect(pair.sender.send(new Blob(['a']), {})).rejects.toBe(gone);
});

it('takes as many files at once as may be, and no more', async () => {
  const pair = new Pair();
  const sends = Array.from({ length: DataLimits.filesAtOnce }, () =>
    pair.sender.send(new Blob(['a']), {}),
  );
  await expect(pair.sender.send(new Blob(['a']), {})).rejects.toMatchObject(refusal('BUFFER_FULL'));
  await pair.offered(DataLimits.filesAtOnce);
  // A sender who does not keep to it is refused.
  const offer = { type: 'offer', id: 99, name: 'a', size: 1, mime: '' };
  pair.receiver.receive(JSON.stringify(offer));
  expect(pair.offers).toHaveLength(DataLimits.filesAtOnce);
  for (const one of pair.offers) await one.accept();
  await Promise.all(sends);
});

it.each([
  ['size', { size: DataLimits.fileBytes }, { size: DataLimits.fileBytes + 1 }],
  [
    'name',
    { name: 'a'.repeat(DataLimits.fileNameLength) },
    { name: 'a'.repeat(DataLimits.fileNameLength + 1) },
  ],
])('is offered at the limit of its %s, and refused past it', (_, at, past) => {
  const pair = new Pair();
  const offer = { type: 'offer', id: 1, name: 'a', size: 1, mime: '' };
  pair.receiver.receive(JSON.stringify({ ...offer, ...past }));
  expect(pair.offers).toHaveLength(0);
  pair.receiver.receive(JSON.stringify({ ...offer, id: 2, ...at }));
  expect(pair.offers).toHaveLength(1);
});

it('ends a file whose sender sends what was not asked for', async () => {
  for (const [at, length] of [
    [5, 1],
    [0, 11],
  ] as const) {
    const pair = new Pair();
    pair.receiver.receive('{"type":"offer","id":1,"name":"","size":10,"mime":""}');
    const blob = (await pair.offered()).accept();
    pair.receiver.receive(pieceFrame({ id: 1, at, bytes: new Uint8Array(length) }));
    await expect(blob).rejects.toMatchObject(refusal('PROTOCOL'));
  }
});

it('ends a file whose sender does not wait for a slow reader', async () => {
  const pair = new Pair();
  const size = 2 * WINDOW_BYTES;
  pair.receiver.receive(JSON.stringify({ type: 'offer', id: 1, name: '', size, mime: '' }));
  const reader = (await pair.offered()).stream().getReader();
  for (let at = 0; at < size; at += PIECE_BYTES) {
    const bytes = new Uint8Array(Math.min(PIECE_BYTES, size - at));
    pair.receiver.receive(pieceFrame({ id: 1, at, bytes }));
  }
  await expect(reader.read()).rejects.toMatchObject(refusal('PROTOCOL'));
});

it('ignores what is no word about a file', () => {
  const pair = new Pair();
  for (const odd of [
    'x',
    '1',
    'null',
    '{}',
    '{"type":"offer","id":-1}',
    '{"type":"offer","id":1}',
    '{"type":"accept","id":1}',
    '{"type":"later","id":1}',
  ]) {
    pair.receiver.receive(odd);
  }
  pair.receiver.receive(new ArrayBuffer(12));
  pair.receiver.receive(new ArrayBuffer(13));
  expect(pair.offers).toEqual([]);
});
