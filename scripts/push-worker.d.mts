/** The service worker of push messages as one classic script. */
export function pushWorker(): Promise<string>;
