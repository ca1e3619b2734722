import { afterEach, expect, it, vi } from 'vitest';
import { Emitter } from '../../src/client/emitter.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it('calls every listener, whichever throw, and tells the environment of those later', async () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const emitter = new Emitter<{ told: number }>();
  const [one, two] = [new Error('one'), new Error('two')];
  const heard = vi.fn();
  emitter.on('told', () => {
    throw one;
  });
  const stop = emitter.on('told', heard);
  emitter.on('told', () => {
    throw two;
  });
  emitter.emit('told', 1);
  expect(heard).toHaveBeenCalledExactlyOnceWith(1);
  expect(reported).not.toHaveBeenCalled();
  await Promise.resolve();
  expect(reported.mock.calls).toEqual([[one], [two]]);
  stop();
  emitter.emit('told', 2);
  expect(heard).toHaveBeenCalledTimes(1);
});

it('writes to the console where nothing takes errors, and does not end the process', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  const emitter = new Emitter<{ told: null }>();
  const fault = new Error('fault');
  emitter.on('told', () => {
    throw fault;
  });
  emitter.emit('told', null);
  await Promise.resolve();
  expect(error).toHaveBeenCalledExactlyOnceWith(fault);
});

it('calls who was there when it began', () => {
  const emitter = new Emitter<{ told: null }>();
  const late = vi.fn();
  const stop = emitter.on('told', () => {
    stop();
    emitter.on('told', late);
  });
  emitter.emit('told', null);
  expect(late).not.toHaveBeenCalled();
  emitter.emit('told', null);
  expect(late).toHaveBeenCalledTimes(1);
});
