import { Script } from '../../redis/script.ts';

const read = (...names: string[]) => Script.read(names, import.meta.url);

/** What Redis runs of a log. It stores, orders and tells; what is decided is decided in TypeScript. */
export const scripts = {
  load: read('load'),
  commit: read('identity', 'append', 'commit', 'steps', 'store'),
  send: read('identity', 'append', 'send'),
  catchUp: read('identity', 'catch-up'),
  received: read('received'),
  due: read('watched', 'due'),
  sweep: read('watched', 'sweep'),
  settle: read('settle'),
};
