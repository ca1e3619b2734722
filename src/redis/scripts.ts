import { Script } from './script.ts';

const read = (name: string) => Script.read('redis/scripts', [name]);

/** The scripts that do not belong to the log: nodes, their time, sockets, throttles, and whether Redis works. */
export const scripts = {
  beat: read('beat'),
  forgetNode: read('forget-node'),
  tally: read('tally'),
  probe: read('probe'),
  steady: read('steady'),
  count: read('count'),
};
