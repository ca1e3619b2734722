import { NetworkError } from './errors.ts';

/**
 * Waits for a module that is loaded when it is first used.
 * @throws {NetworkError} when it cannot be loaded, for example because the page's server is out of reach
 */
export async function load<Module>(module: Promise<Module>): Promise<Module> {
  try {
    return await module;
  } catch (cause) {
    throw new NetworkError('A part of the SDK could not be loaded.', { cause });
  }
}
