/** A track as far as a slot looks at it. `lose` ends it as a device does that is unplugged. */
export class FakeTrack extends EventTarget {
  readyState: 'live' | 'ended' = 'live';
  enabled = true;
  muted = false;
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

  /** The system holds it back, or gives it back. */
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

/** A browser's devices, which answer when the test says so. */
export class FakeDevices {
  /** Every track that was given. */
  readonly given: FakeTrack[] = [];
  readonly #requests: Request[] = [];

  /** What was asked for and not answered. */
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
    // As far as a slot looks at it, it is one.
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

/** Everything that waits on promises alone is done. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
