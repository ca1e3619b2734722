/** The Network Information API, for which TypeScript has no types. */
type NavigatorWithConnection = Navigator & { readonly connection?: EventTarget };

/**
 * Calls `listener` when the browser says that the network is back or has changed, or that the page is shown again: a
 * connection may have died in silence by then. Returns a function that stops this. Does nothing outside a browser.
 */
export function onNetworkChange(listener: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  // Not every browser tells of a change to another network.
  const { connection } = navigator as NavigatorWithConnection;
  const stopWatching = onShown(listener);
  window.addEventListener('online', listener);
  connection?.addEventListener('change', listener);
  return () => {
    stopWatching();
    window.removeEventListener('online', listener);
    connection?.removeEventListener('change', listener);
  };
}

/**
 * Calls `listener` when the page is shown again: after another tab or application was in front, or when the back button
 * brings it from the browser's cache. Returns a function that stops this. Does nothing outside a browser.
 */
export function onShown(listener: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  const shown = () => {
    if (document.visibilityState === 'visible') listener();
  };
  const restored = ({ persisted }: PageTransitionEvent) => {
    if (persisted) listener();
  };
  document.addEventListener('visibilitychange', shown);
  window.addEventListener('pageshow', restored);
  return () => {
    document.removeEventListener('visibilitychange', shown);
    window.removeEventListener('pageshow', restored);
  };
}
