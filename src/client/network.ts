/** The Network Information API, which has no types of its own. */
type NavigatorWithConnection = Navigator & { readonly connection?: EventTarget };

/**
 * Calls `listener` when a browser says that the network is back or that the page is shown again, which is when a
 * connection may have died in silence. Does nothing outside a browser. The answer stops it.
 */
export function onNetworkChange(listener: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  // Not every browser tells of a network that was changed for another.
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
 * Calls `listener` when the page is shown again: from another tab or application, or by the back button from where the
 * browser kept it. Does nothing outside a browser. The answer stops it.
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
