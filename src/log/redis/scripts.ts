import { Script } from '../../redis/script.ts';

const read = (...names: string[]) => Script.read('log/redis/scripts', names);

/** The scripts of a log. They store entries, order them and tell the nodes. All decisions are made in TypeScript. */
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
