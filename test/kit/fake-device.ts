/** The parts of a track that a slot uses. `lose` ends it like an unplugged device. */
export class FakeTrack extends EventTarget {
  readyState: 'live' | 'ended' = 'live';
  enabled = true;
  muted = false;
  readonly kind = 'video';
  readonly deviceId: string;

  constructor(deviceId: string) {
    super();
    this.deviceId = deviceId;
  }

  getSettings(): MediaTrackSettings {
    return { deviceId: this.deviceId };
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** Mutes or unmutes it, as the system does. */
  setMuted(muted: boolean): void {
    this.muted = muted;
    this.dispatchEvent(new Event(muted ? 'mute' : 'unmute'));
  }

  lose(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

interface Request {
  readonly deviceId: string | null;
  readonly resolve: (track: FakeTrack) => void;
  readonly reject: (error: unknown) => void;
}

/** A browser's devices, which open when the test says so. */
export class FakeDevices {
  /** Every track that was returned. */
  readonly given: FakeTrack[] = [];
  readonly #requests: Request[] = [];

  /** The requests that are not answered yet. */
  get asked(): (string | null)[] {
    return this.#requests.map(({ deviceId }) => deviceId);
  }

  get live(): string[] {
    return this.given
      .filter(({ readyState }) => readyState === 'live')
      .map(({ deviceId }) => deviceId);
  }

  readonly open = async (deviceId: string | null): Promise<MediaStreamTrack> => {
    const track = await new Promise<FakeTrack>((resolve, reject) => {
      this.#requests.push({ deviceId, resolve, reject });
    });
    // It has every part of a track that a slot uses.
    return track as unknown as MediaStreamTrack;
  };

  /** Answers the oldest request, with the device that it names. */
  async give(): Promise<FakeTrack> {
    const request = this.#next();
    const track = new FakeTrack(request.deviceId ?? 'default');
    this.given.push(track);
    request.resolve(track);
    await settled();
    return track;
  }

  async refuse(name: string): Promise<void> {
    this.#next().reject(new DOMException(name, name));
    await settled();
  }

  #next(): Request {
    const request = this.#requests.shift();
    if (request === undefined) throw new Error('Nothing was asked for.');
    return request;
  }
}

/** Resolves when everything that waits only on promises is done. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
