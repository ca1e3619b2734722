import type { ExecutionResult } from 'graphql';
import type { Eventual } from '../../domain/eventual.ts';
import type { StreamedEvent } from '../../domain/signaling/event.ts';
import type { Coerced, Operation } from '../../execution/operation.ts';
import type { Context } from '../../graphql/context.ts';
import { isSameForAll } from '../../graphql/room-event.ts';
import { toWire, type Wire } from './frame-writer.ts';

const shapers = new WeakMap<Operation, EventShaper>();

/** The one shaper of an operation. */
export function shaperOf(operation: Operation): EventShaper {
  let shaper = shapers.get(operation);
  if (shaper === undefined) {
    shaper = new EventShaper(operation);
    shapers.set(operation, shaper);
  }
  return shaper;
}

/**
 * Makes the payloads of events for one operation. A payload that is the same for everybody in the room is made once, because
 * a log delivers one entry to all its readers before the next one.
 */
class EventShaper {
  readonly #operation: Operation;
  #event: StreamedEvent | null = null;
  #payload: Wire | null = null;

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  /** The payload of a `next` message; synchronously if every resolver is synchronous. */
  shape(event: StreamedEvent, context: Context, variables: Coerced): Eventual<Wire> {
    if (event === this.#event && this.#payload !== null) return this.#payload;
    const written = this.#operation.writer?.write(event.type, event) ?? null;
    const result = written ?? this.#operation.shape(event, context, variables);
    if (result instanceof Promise) return result.then(asPayload);
    const payload = typeof result === 'string' ? toWire(result) : asPayload(result);
    if (this.#operation.sharable && isSameForAll(event)) {
      this.#event = event;
      this.#payload = payload;
    }
    return payload;
  }
}

function asPayload(result: ExecutionResult): Wire {
  return toWire(JSON.stringify(result));
}
