import { german } from './messages/german.ts';
import { registerMessages } from './messages/registry.ts';

// Importing this file makes the elements speak German where the page's `lang` says so.
registerMessages('de', german);

export { german };
