import type { Call } from '@peerql/client';

/** Something of a call, made when it is first asked for, and the same for all elements that show the call. */
export function perCall<Value>(make: (call: Call) => Value): (call: Call) => Value {
  const known = new WeakMap<Call, Value>();
  return (call) => {
    const value = known.get(call) ?? make(call);
    known.set(call, value);
    return value;
  };
}
