import type { Call, CallSnapshot } from '@peerql/client';
import type { PropertyDeclarations, PropertyValues } from 'lit';
import { PeerqlElement } from './element.ts';
import { StoreController } from './store-controller.ts';

/** An element that shows something of a call, and follows it. */
export abstract class CallElement extends PeerqlElement {
  static override properties: PropertyDeclarations = { call: { attribute: false } };

  /** The call to show. Default: null, which shows nothing. */
  declare call: Call | null;
  readonly #store = new StoreController<CallSnapshot>(this);

  constructor() {
    super();
    this.call = null;
  }

  /** The call as of now; null without a call, and after its end. */
  protected get snapshot(): CallSnapshot | null {
    const snapshot = this.#store.snapshot;
    return snapshot === null || snapshot.end !== null ? null : snapshot;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('call')) this.#store.follow(this.call);
  }
}
