export { type ElementMessages, english } from './messages/english.ts';
export { registerMessages } from './messages/registry.ts';
