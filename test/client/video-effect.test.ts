import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { DeviceSlot } from '../../src/client/device-slot.ts';
import { FakeDevices, type FakeTrack, settled } from '../kit/fake-device.ts';
import { FakeEffects, namedEffect } from '../kit/fake-effects.ts';

const [blur, hat] = [namedEffect('blur'), namedEffect('hat')];
const FAILED = { code: 'EFFECT_FAILED' };

function make() {
  const [devices, effects] = [new FakeDevices(), new FakeEffects()];
  const failed = vi.fn();
  const slot = new DeviceSlot({
    open: devices.open,
    off: 'stop',
    changed: () => {},
    failed,
    startEffect: effects.start,
  });
  return { devices, effects, failed, slot };
}

/** A camera that is on, with the effect "blur". */
async function blurred() {
  const made = make();
  await made.slot.setEffect(blur);
  const on = made.slot.set(true);
  const camera = await made.devices.give();
  const run = await made.effects.give();
  await on;
  return { ...made, camera, run };
}

/** What is shown and sent. */
const shown = (slot: DeviceSlot) => (slot.track as unknown as FakeTrack | null)?.deviceId ?? null;

it('opens a camera with the effect that was set before, and ends both together', async () => {
  const { slot, devices, effects } = make();
  await slot.setEffect(blur);
  const on = slot.set(true);
  const camera = await devices.give();
  expect([slot.on, slot.track, effects.starting]).toEqual([false, null, ['blur']]);
  await effects.give();
  await on;
  expect([slot.on, shown(slot), slot.deviceId]).toEqual([true, 'blur on default', 'default']);
  await slot.set(false);
  expect([slot.track, slot.deviceId, camera.readyState]).toEqual([null, null, 'ended']);
  expect([effects.live, slot.effect]).toEqual([[], blur]);
  void slot.set(true);
  await devices.give();
  await effects.give();
  expect(shown(slot)).toBe('blur on default');
});

it('sets an effect on the open camera, and takes it away, without opening it again', async () => {
  const { slot, devices, effects } = make();
  void slot.set(true);
  const camera = await devices.give();
  const set = slot.setEffect(blur);
  expect([shown(slot), slot.effect]).toEqual(['default', blur]);
  await effects.give();
  await set;
  expect(shown(slot)).toBe('blur on default');
  await slot.setEffect(null);
  expect([shown(slot), camera.readyState, effects.live]).toEqual(['default', 'live', []]);
  expect(devices.given).toHaveLength(1);
});

it('goes on with the effect before when another one fails', async () => {
  const { slot, devices, effects } = await blurred();
  const refused = expect(slot.setEffect(hat)).rejects.toMatchObject(FAILED);
  await effects.refuse();
  await refused;
  expect([slot.effect, shown(slot), slot.on]).toEqual([blur, 'blur on default', true]);
  expect([devices.live, effects.live]).toEqual([['default'], ['blur on default']]);
});

it('lets go of the camera when its effect does not start', async () => {
  const { slot, devices, effects } = make();
  await slot.setEffect(blur);
  const refused = expect(slot.set(true)).rejects.toMatchObject(FAILED);
  await devices.give();
  await effects.refuse();
  await refused;
  expect([slot.track, slot.on, devices.live, slot.effect]).toEqual([null, false, [], blur]);
});

it('shows the camera before until the effect has started on the other one', async () => {
  const { slot, devices, effects } = await blurred();
  const other = slot.use('other');
  await devices.give();
  expect(shown(slot)).toBe('blur on default');
  await effects.give();
  await other;
  expect([devices.live, effects.live]).toEqual([['other'], ['blur on other']]);
});

it('keeps the camera before, with its effect, when the effect fails on the other one', async () => {
  const { slot, devices, effects } = await blurred();
  const refused = expect(slot.use('other')).rejects.toMatchObject(FAILED);
  await devices.give();
  await effects.refuse();
  await refused;
  expect([devices.live, effects.live]).toEqual([['default'], ['blur on default']]);
  expect([slot.on, slot.effect]).toEqual([true, blur]);
});

it('ends with the effect that was set last', async () => {
  const { slot, devices, effects } = make();
  void slot.set(true);
  await devices.give();
  const first = slot.setEffect(blur);
  const second = slot.setEffect(hat);
  await settled();
  expect(effects.starting).toEqual(['hat']);
  await effects.give();
  await Promise.all([first, second]);
  expect(effects.live).toEqual(['hat on default']);
});

it('starts the effect that was set while the camera was being opened', async () => {
  const { slot, devices, effects } = make();
  const on = slot.set(true);
  const set = slot.setEffect(blur);
  await devices.give();
  expect(slot.track).toBeNull();
  await effects.give();
  await Promise.all([on, set]);
  expect([shown(slot), devices.given.length]).toEqual(['blur on default', 1]);
});

it('starts an effect on the other camera when it was not there yet on the one before', async () => {
  const { slot, devices, effects } = make();
  void slot.set(true);
  await devices.give();
  const set = slot.setEffect(blur);
  const other = slot.use('other');
  await settled();
  await devices.give();
  await effects.give();
  await Promise.all([set, other]);
  expect([devices.live, effects.live]).toEqual([['other'], ['blur on other']]);
});

it('starts an effect on the camera before when the other one cannot be had', async () => {
  const { slot, devices, effects } = make();
  void slot.set(true);
  await devices.give();
  const other = slot.use('other');
  const set = slot.setEffect(blur);
  const missing = expect(other).rejects.toMatchObject({ name: 'NotFoundError' });
  await devices.refuse('NotFoundError');
  await missing;
  await effects.give();
  await set;
  expect(effects.live).toEqual(['blur on default']);
});

it('remembers an effect whose camera was switched off or lost while it started', async () => {
  const { slot, devices, effects } = make();
  for (const lost of [false, true]) {
    void slot.set(true);
    const camera = await devices.give();
    const set = slot.setEffect(blur);
    await settled();
    if (lost) camera.lose();
    else await slot.set(false);
    await set;
    expect([devices.live, effects.starting, slot.effect]).toEqual([[], [], blur]);
    await slot.setEffect(null);
  }
});

it('switches the camera off and tells it when the effect fails while it runs', async () => {
  const { slot, devices, effects, failed, run } = await blurred();
  run.fail();
  expect(failed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(FAILED));
  expect([slot.on, slot.track, devices.live]).toEqual([false, null, []]);
  void slot.set(true);
  await devices.give();
  await effects.give();
  expect(shown(slot)).toBe('blur on default');
});

it('tells of no failed effect when its camera was lost, or when it was taken away', async () => {
  const { slot, camera, run, failed, effects } = await blurred();
  camera.readyState = 'ended';
  run.fail();
  camera.lose();
  expect(slot.track).toBeNull();
  const other = await blurred();
  await other.slot.setEffect(null);
  other.run.fail();
  expect(shown(other.slot)).toBe('default');
  expect([failed.mock.calls, other.failed.mock.calls, effects.live]).toEqual([[], [], []]);
});

it('stops camera and effect at the end, and refuses an effect after it', async () => {
  const { slot, devices, effects } = await blurred();
  const set = slot.setEffect(hat);
  slot.end();
  await expect(set).rejects.toMatchObject({ code: 'ENDED' });
  await expect(slot.setEffect(null)).rejects.toMatchObject({ code: 'ENDED' });
  expect([devices.live, effects.live, effects.starting]).toEqual([[], [], []]);
});

it('gives the camera back without the effect', async () => {
  const { slot, camera, effects } = await blurred();
  slot.release();
  expect([camera.readyState, effects.live]).toEqual(['live', []]);
});

it('opens a camera that the system holds back, also while an effect is being started on it', async () => {
  const { slot, devices, effects, camera } = await blurred();
  const set = slot.setEffect(hat);
  camera.setMuted(true);
  const on = slot.set(true);
  await settled();
  await devices.give();
  await effects.give();
  await Promise.all([set, on]);
  expect([effects.live, devices.given.length]).toEqual([['hat on default'], 2]);
});

it.each([
  ['off', (slot: DeviceSlot) => slot.set(false)],
  ['over', async (slot: DeviceSlot) => slot.end()],
] as const)('starts no effect on a camera that comes when it is %s', async (_, stop) => {
  const { slot, devices, effects } = make();
  await slot.setEffect(blur);
  const on = slot.set(true).catch(() => {});
  await stop(slot);
  const camera = await devices.give();
  expect([effects.starting, camera.readyState]).toEqual([[], 'ended']);
  await on;
});

it('never shows the camera itself while there was always an effect, whatever comes in between', async () => {
  const command = fc.oneof(
    fc.record({ set: fc.boolean() }),
    fc.record({ use: fc.constantFrom('one', 'two') }),
    fc.record({ effect: fc.constantFrom(blur, hat) }),
    fc.record({ answer: fc.constantFrom('give', 'NotReadableError', 'NotFoundError') }),
    fc.record({ start: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(command, fc.boolean()), { maxLength: 25 }),
      async (commands) => {
        const { devices, effects, slot } = make();
        const isEffect = () => slot.track === null || shown(slot)?.includes(' on ') === true;
        await slot.setEffect(blur);
        const asked: Promise<unknown>[] = [];
        for (const [one, atOnce] of commands) {
          if ('set' in one) asked.push(slot.set(one.set).catch(() => {}));
          else if ('use' in one) asked.push(slot.use(one.use).catch(() => {}));
          else if ('effect' in one) asked.push(slot.setEffect(one.effect).catch(() => {}));
          else if ('answer' in one && devices.asked.length > 0) {
            await (one.answer === 'give' ? devices.give() : devices.refuse(one.answer));
          } else if ('start' in one && effects.starting.length > 0) {
            await (one.start ? effects.give() : effects.refuse());
          }
          // Some commands come in the same moment.
          if (!atOnce) await settled();
          expect(isEffect()).toBe(true);
          expect(effects.starting.length).toBeLessThanOrEqual(1);
        }
        for (;;) {
          await settled();
          if (devices.asked.length > 0) await devices.give();
          else if (effects.starting.length > 0) await effects.give();
          else break;
          expect(isEffect()).toBe(true);
        }
        await Promise.all(asked);
        expect(devices.live.length).toBeLessThanOrEqual(1);
        expect(effects.live.length).toBe(devices.live.length);
        if (slot.track !== null) expect(shown(slot)).toContain(slot.effect?.name);
      },
    ),
  );
});
