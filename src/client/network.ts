/**
 * Calls `listener` when a browser says that the network is back or that the page is shown again, which is when a
 * connection may have died in silence. Does nothing outside a browser. The answer stops it.
 */
export function onNetworkChange(listener: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  const shown = () => {
    if (document.visibilityState === 'visible') listener();
  };
  window.addEventListener('online', listener);
  document.addEventListener('visibilitychange', shown);
  return () => {
    window.removeEventListener('online', listener);
    document.removeEventListener('visibilitychange', shown);
  };
}
