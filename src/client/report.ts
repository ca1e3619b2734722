/** Tells the environment of an error that code of the page threw, later, so that it stops nobody here. */
export function reportLater(error: unknown): void {
  queueMicrotask(() => {
    // Node has none, and an error thrown from here would end its process.
    if (typeof reportError === 'function') reportError(error);
    else console.error(error);
  });
}

/** Calls every listener; one that throws stops neither the others nor the caller. */
export function callEach<Value>(listeners: Iterable<(value: Value) => void>, value: Value): void {
  for (const listener of [...listeners]) {
    try {
      listener(value);
    } catch (error) {
      reportLater(error);
    }
  }
}
