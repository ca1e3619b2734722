/** Callbacks of a device; a workload sets them. */
export interface RingHooks {
  /** The device rings. */
  ringing(callId: string): void;
  /** The call was answered; both sides are told. */
  answered(callId: string): void;
  /** The call is over; both sides are told. */
  ended(callId: string): void;
  failed(why: string): void;
}

/** One device of one user, which can ring and be rung. */
export interface RingDevice {
  hooks: RingHooks;
  /** What others ring it by. */
  readonly userId: string;
  /** Connects, and is reachable from then on. */
  open(): Promise<void>;
  ring(userId: string): void;
  accept(callId: string): void;
  decline(callId: string): void;
  /** Ends an answered call in the way that the server has for it. */
  hangUp(callId: string): void;
  close(): void;
}

export const noHooks: RingHooks = {
  ringing() {},
  answered() {},
  ended() {},
  failed(why) {
    throw new Error(why);
  },
};
