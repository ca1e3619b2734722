import type { StoreLog } from '../store/store.ts';
import type { Terminal } from './terminal.ts';

/** Writes a store's warnings to the terminal, but not its information lines. */
export function storeLog(terminal: Terminal): StoreLog {
  return {
    info: () => {},
    warn: (_, message) => terminal.note(message),
  };
}
