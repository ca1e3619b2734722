/** The Network Information API, which has no types of its own. */
type NavigatorWithConnection = Navigator & { readonly connection?: EventTarget };

/**
 * Calls `listener` when a browser says that the network is back or that the page is shown again, which is when a
 * connection may have died in silence. Does nothing outside a browser. The answer stops it.
 */
export function onNetworkChange(listener: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  const shown = () => {
    if (document.visibilityState === 'visible') listener();
  };
  // Not every browser tells of a network that was changed for another.
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
