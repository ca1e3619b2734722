/** The Network Information API, for which TypeScript has no types. */
type NavigatorWithConnection = Navigator & { readonly connection?: EventTarget };

/**
 * Calls `listener` when the browser says that the network is back or has changed, or that the page is shown again: a
 * connection may have died in silence by then. Returns a function that stops this. Does nothing outside a browser.
 */
export function onNetworkChange(listener: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  const shown = () => {
    if (document.visibilityState === 'visible') listener();
  };
  // Not every browser tells of a change to another network.
  const { connection } = navigator as NavigatorWithConnection;
  window.addEventListener('online', listener);
  connection?.addEventListener('change', listener);
  document.addEventListener('visibilitychange', shown);
  return () => {
    window.removeEventListener('online', listener);
    connection?.removeEventListener('change', listener);
    document.removeEventListener('visibilitychange', shown);
  };
}
