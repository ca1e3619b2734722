import { PeerqlError } from '../../src/client/errors.ts';
import type { StartEffect, VideoEffect } from '../../src/client/video-effect.ts';
import { FakeTrack, settled } from './fake-device.ts';

/** An effect of which only its name counts. */
export function namedEffect(name: string): VideoEffect {
  return {
    name,
    process: () => {
      throw new Error('Nobody starts it.');
    },
  };
}

/** An effect on a camera. */
interface Run {
  readonly track: FakeTrack;
  /** Says that it cannot go on. */
  readonly fail: () => void;
}

interface Start {
  readonly effect: VideoEffect;
  readonly camera: MediaStreamTrack;
  readonly fail: () => void;
  readonly resolve: (track: FakeTrack) => void;
  readonly reject: (error: unknown) => void;
}

/** Effects, which start when the test says so. */
export class FakeEffects {
  readonly #starts: Start[] = [];
  /** Every track that was made. */
  readonly #made: FakeTrack[] = [];

  /** The names of the effects that are being started. */
  get starting(): string[] {
    return this.#starts.map(({ effect }) => effect.name);
  }

  /** The effects that run, each with its camera. */
  get live(): string[] {
    return this.#made
      .filter(({ readyState }) => readyState === 'live')
      .map(({ deviceId }) => deviceId);
  }

  readonly start: StartEffect = async (effect, camera, giveUp, failed) => {
    const fail = () => failed(new PeerqlError('EFFECT_FAILED', 'As the test wants it.'));
    const track = await new Promise<FakeTrack>((resolve, reject) => {
      const start = { effect, camera, fail, resolve, reject };
      this.#starts.push(start);
      giveUp.addEventListener('abort', () => {
        const index = this.#starts.indexOf(start);
        if (index >= 0) this.#starts.splice(index, 1);
        reject(giveUp.reason);
      });
    });
    // It has every part of a track that a slot uses.
    return { track: track as unknown as MediaStreamTrack, stop: () => track.stop() };
  };

  /** Starts the one that was asked for first. */
  async give(): Promise<Run> {
    const { effect, camera, fail, resolve } = this.#next();
    const track = new FakeTrack(`${effect.name} on ${camera.getSettings().deviceId}`);
    this.#made.push(track);
    resolve(track);
    await settled();
    return {
      track,
      fail: () => {
        track.stop();
        fail();
      },
    };
  }

  async refuse(): Promise<void> {
    this.#next().reject(new PeerqlError('EFFECT_FAILED', 'As the test wants it.'));
    await settled();
  }

  #next(): Start {
    const start = this.#starts.shift();
    if (start === undefined) throw new Error('Nothing was started.');
    return start;
  }
}
