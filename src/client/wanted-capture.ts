/** A capture that was requested and is not open yet. */
export class WantedCapture {
  /** Null means a device that the browser or the user chooses. */
  readonly deviceId: string | null;
  /** Whether any other device will do when this one is gone. */
  readonly orAnother: boolean;
  /** The open device that gets another effect; null to open one. */
  readonly reused: MediaStreamTrack | null;
  readonly done: Promise<void>;
  resolve: () => void = () => {};
  reject: (error: unknown) => void = () => {};

  constructor(deviceId: string | null, orAnother: boolean, reused: MediaStreamTrack | null) {
    this.deviceId = deviceId;
    this.orAnother = orAnother;
    this.reused = reused;
    this.done = new Promise<void>((...both) => {
      [this.resolve, this.reject] = both;
    });
  }
}
