/** Reports an error that the page's code threw to the environment, later, so that it interrupts nothing here. */
export function reportLater(error: unknown): void {
  queueMicrotask(() => {
    // Node has no `reportError`, and throwing the error here would end its process.
    if (typeof reportError === 'function') reportError(error);
    else console.error(error);
  });
}

/** Calls every listener. When one throws, the others and the caller go on. */
export function callEach<Value>(listeners: Iterable<(value: Value) => void>, value: Value): void {
  for (const listener of [...listeners]) {
    try {
      listener(value);
    } catch (error) {
      reportLater(error);
    }
  }
}
