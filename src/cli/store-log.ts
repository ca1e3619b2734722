import type { StoreLog } from '../store/store.ts';
import type { Terminal } from './terminal.ts';

/** What a store has to say goes to the terminal, but not that all is well. */
export function storeLog(terminal: Terminal): StoreLog {
  return {
    info: () => {},
    warn: (_, message) => terminal.note(message),
  };
}
