import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { DeviceSlot } from '../../src/client/device-slot.ts';
import { FakeDevices, settled } from '../kit/fake-device.ts';

function make(off: 'mute' | 'stop') {
  const devices = new FakeDevices();
  const changed = vi.fn();
  return {
    devices,
    changed,
    slot: new DeviceSlot({ open: devices.open, off, changed, failed: () => {} }),
  };
}

/** What it fails with; undefined where it does not. */
const failure = (done: Promise<void>) =>
  done.then(
    () => undefined,
    (error: unknown) => error,
  );

it('lets go of a camera that comes after it was switched off', async () => {
  const { devices, slot } = make('stop');
  const on = slot.set(true);
  await slot.set(false);
  await on;
  await devices.give();
  expect(devices.live).toEqual([]);
  expect(slot.track).toBeNull();
});

it('takes what comes where it is wanted again, without asking twice', async () => {
  const { devices, slot } = make('stop');
  const all = [slot.set(true), slot.set(false), slot.set(true), slot.set(true)];
  await devices.give();
  await Promise.all(all);
  expect(devices.asked).toEqual([]);
  expect(devices.live).toEqual(['default']);
  expect(slot.on).toBe(true);
});

it('ends with the device that was chosen last, one after the other', async () => {
  const { devices, slot } = make('stop');
  const all = [slot.use('one'), slot.use('two'), slot.use('three')];
  expect(devices.asked).toEqual(['one']);
  await devices.give();
  expect(devices.asked).toEqual(['three']);
  await devices.give();
  await Promise.all(all);
  expect(devices.live).toEqual(['three']);
});

it('lets go of what comes after the end, refuses what waits for it, and asks for nothing later', async () => {
  const { devices, slot } = make('stop');
  const waiting = slot.use('one');
  slot.end();
  await expect(waiting).rejects.toMatchObject({ code: 'ENDED' });
  await devices.give();
  expect(devices.live).toEqual([]);
  for (const late of [slot.set(true), slot.set(false), slot.use('two')]) {
    await expect(late).rejects.toMatchObject({ code: 'ENDED' });
  }
  expect(devices.asked).toEqual([]);
});

it('tells a failure to whoever it is of, and to nobody whom a later command overtook', async () => {
  const { devices, slot } = make('stop');
  const overtaken = slot.use('one');
  const last = failure(slot.use('two'));
  await devices.refuse('NotAllowedError');
  await overtaken;
  await devices.refuse('NotFoundError');
  expect(await last).toMatchObject({ name: 'NotFoundError' });
});

it('stays muted over a device that is lost and another that is chosen', async () => {
  const { devices, slot } = make('mute');
  void slot.set(true);
  const first = await devices.give();
  await slot.set(false);
  first.lose();
  expect(slot.track).toBeNull();
  void slot.use('other');
  const second = await devices.give();
  expect(second.enabled).toBe(false);
  await slot.set(true);
  expect(slot.on).toBe(true);
});

it('is muted by a word that comes while another device is opened', async () => {
  const { devices, slot } = make('mute');
  void slot.set(true);
  await devices.give();
  const other = slot.use('other');
  await slot.set(false);
  const track = await devices.give();
  await other;
  expect([track.enabled, track.readyState, devices.live]).toEqual([false, 'live', ['other']]);
});

it('opens the camera again that was chosen, and not one that could not be had', async () => {
  const { devices, slot } = make('stop');
  void slot.use('chosen');
  await devices.give();
  const missing = failure(slot.use('missing'));
  await devices.refuse('NotFoundError');
  expect(await missing).toMatchObject({ name: 'NotFoundError' });
  expect(devices.live).toEqual(['chosen']);
  await slot.set(false);
  expect(devices.live).toEqual([]);
  void slot.set(true);
  expect(devices.asked).toEqual(['chosen']);
});

it('comes back with the camera in use where the last choice failed, whatever was chosen in between', async () => {
  const { devices, slot } = make('stop');
  const first = slot.use('one');
  await devices.give();
  await first;
  const overtaken = slot.use('two');
  const last = failure(slot.use('three'));
  // The browser has given the second by now, which nobody wants any more.
  await devices.give();
  await overtaken;
  await devices.refuse('NotFoundError');
  expect(await last).toMatchObject({ name: 'NotFoundError' });
  expect(devices.live).toEqual(['one']);
  await slot.set(false);
  void slot.set(true);
  expect(devices.asked).toEqual(['one']);
});

it('remembers a camera that was chosen right before it was switched off', async () => {
  const { devices, slot } = make('stop');
  void slot.use('chosen');
  await slot.set(false);
  await devices.give();
  void slot.set(true);
  expect(devices.asked).toEqual(['chosen']);
});

it('switches a camera on that was given switched off', async () => {
  const { devices, slot } = make('stop');
  void slot.set(true);
  const track = await devices.give();
  const later = make('stop').slot;
  track.enabled = false;
  later.adopt(track as unknown as MediaStreamTrack);
  expect(later.on).toBe(false);
  await later.set(true);
  expect(later.on).toBe(true);
});

it('lets go of the device before where there is one capture at a time', async () => {
  const { devices, slot } = make('stop');
  void slot.set(true);
  await devices.give();
  const other = slot.use('other');
  await devices.refuse('NotReadableError');
  expect(devices.live).toEqual([]);
  await devices.give();
  await other;
  expect(devices.live).toEqual(['other']);
});

it.each([['NotReadableError'], ['NotAllowedError']])(
  'has the device before again where the other cannot be had: %s',
  async (name) => {
    const { devices, slot } = make('stop');
    void slot.set(true);
    const before = await devices.give();
    const other = failure(slot.use('other'));
    // iOS ends the one before when another is opened.
    if (name === 'NotAllowedError') before.lose();
    await devices.refuse(name);
    if (name === 'NotReadableError') await devices.refuse(name);
    expect(devices.asked).toEqual(['default']);
    await devices.give();
    expect(await other).toMatchObject({ name });
    expect(devices.live).toEqual(['default']);
    expect(slot.on).toBe(true);
  },
);

it('is off where the device before cannot be had again, and does not bring it back against the wish', async () => {
  const { devices, slot, changed } = make('stop');
  void slot.set(true);
  await devices.give();
  const other = failure(slot.use('other'));
  await devices.refuse('NotReadableError');
  await devices.refuse('NotReadableError');
  changed.mockClear();
  await devices.refuse('NotReadableError');
  expect(await other).toMatchObject({ name: 'NotReadableError' });
  expect(slot.track).toBeNull();
  expect(changed).toHaveBeenCalled();

  void slot.set(true);
  await devices.give();
  void slot.use('other');
  await devices.refuse('NotReadableError');
  await slot.set(false);
  await devices.refuse('NotReadableError');
  expect(devices.asked).toEqual([]);
  expect(devices.live).toEqual([]);
});

it.each(['mute', 'stop'] as const)(
  'ends as the last command says, whatever comes in between (%s)',
  async (off) => {
    const command = fc.oneof(
      fc.record({ set: fc.boolean() }),
      fc.record({ use: fc.constantFrom('one', 'two') }),
      fc.record({ answer: fc.constantFrom('give', 'NotReadableError', 'NotFoundError') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 20 }), async (commands) => {
        const { devices, slot } = make(off);
        const asked: Promise<unknown>[] = [];
        let wanted: boolean | null = null;
        for (const one of commands) {
          if ('set' in one) {
            wanted = one.set;
            asked.push(slot.set(one.set).catch(() => {}));
          } else if ('use' in one) {
            if (off === 'stop') wanted = true;
            asked.push(slot.use(one.use).catch(() => {}));
          } else if (devices.asked.length === 1) {
            await (one.answer === 'give' ? devices.give() : devices.refuse(one.answer));
          }
          await settled();
          expect(devices.asked.length).toBeLessThanOrEqual(1);
          expect(devices.live.length).toBeLessThanOrEqual(2);
        }
        while (devices.asked.length > 0) await devices.give();
        await Promise.all(asked);
        expect(devices.live.length).toBeLessThanOrEqual(1);
        if (wanted === false) expect(slot.on).toBe(false);
        if (wanted === false && off === 'stop') expect(devices.live).toEqual([]);
        slot.end();
        expect(devices.live).toEqual([]);
      }),
      { numRuns: 300, seed: 20_261_129 },
    );
  },
);

it('is off while the system mutes it, tells of both, and keeps the device', async () => {
  const { devices, changed, slot } = make('mute');
  void slot.set(true);
  const track = await devices.give();
  changed.mockClear();
  track.setMuted(true);
  expect(slot.on).toBe(false);
  track.setMuted(false);
  expect(slot.on).toBe(true);
  expect(changed).toHaveBeenCalledTimes(2);
  expect(devices.given).toHaveLength(1);
});

it('opens anew what the system does not give back, and only that', async () => {
  const { devices, slot } = make('mute');
  void slot.use('one');
  const first = await devices.give();
  await slot.recover();
  expect(devices.asked).toEqual([]);
  first.setMuted(true);
  const both = [slot.recover(), slot.recover()];
  expect(devices.asked).toEqual(['one']);
  await devices.give();
  await Promise.all(both);
  expect(devices.live).toEqual(['one']);
  expect(slot.on).toBe(true);
});

it('opens anew on command what the system mutes', async () => {
  const { devices, slot } = make('stop');
  void slot.set(true);
  (await devices.give()).setMuted(true);
  const on = slot.set(true);
  await devices.give();
  await on;
  expect(slot.on).toBe(true);
});

it('leaves alone what the user has muted, what cannot be had, and what is over', async () => {
  const { devices, slot } = make('mute');
  void slot.set(true);
  const track = await devices.give();
  track.setMuted(true);
  const refused = slot.recover();
  await devices.refuse('NotReadableError');
  // Phones give one capture at a time, so it is tried again without the first.
  await devices.refuse('NotReadableError');
  await devices.give();
  await refused;
  await slot.set(false);
  devices.given.at(-1)?.setMuted(true);
  await slot.recover();
  slot.end();
  await slot.recover();
  expect(devices.asked).toEqual([]);
});
