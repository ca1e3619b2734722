import { html, svg, type TemplateResult } from 'lit';

/** The lines of an icon: outlines on a grid of 24, drawn with the text's colour. */
export type Icon = readonly string[];

export const MICROPHONE: Icon = [
  'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3Z',
  'M5.5 11a6.5 6.5 0 0 0 13 0',
  'M12 17.5V21',
];
export const MICROPHONE_OFF: Icon = [
  'M9 9v2a3 3 0 0 0 4.7 2.46M15 10V6a3 3 0 0 0-5.76-1.17',
  'M5.5 11a6.5 6.5 0 0 0 10.6 5M18.5 11a6.4 6.4 0 0 1-.4 2.2',
  'M12 17.5V21',
  'M3.5 3.5l17 17',
];
export const CAMERA: Icon = [
  'M4.5 6.5h8a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2Z',
  'M14.5 11l5.7-3.3a.8.8 0 0 1 1.3.7v7.2a.8.8 0 0 1-1.3.7L14.5 13',
];
export const CAMERA_OFF: Icon = [
  'M9 6.5h3.5a2 2 0 0 1 2 2V11l5.7-3.3a.8.8 0 0 1 1.3.7v7.2',
  'M14.5 15.5a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2v-7a2 2 0 0 1 1.4-1.9',
  'M3.5 3.5l17 17',
];
export const SCREEN: Icon = [
  'M4.5 4.5h15a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-15a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2Z',
  'M8 21h8',
  'M12 14V8M9.3 10.5 12 8l2.7 2.5',
];
export const PICTURE: Icon = [
  'M11 18.5H4.5a2 2 0 0 1-2-2v-10a2 2 0 0 1 2-2h15a2 2 0 0 1 2 2V10',
  'M13.5 13.5h8v6h-8z',
];
export const LEAVE: Icon = [
  'M12 9.2c3.7 0 6.9 1.3 9 3.5.7.7.8 1.8.3 2.7l-.7 1.2a1.5 1.5 0 0 1-1.8.7l-3-1a1.5 1.5 0 0 1-1-1.3l-.1-1.6a11.5 11.5 0 0 0-5.4 0l-.1 1.6a1.5 1.5 0 0 1-1 1.3l-3 1a1.5 1.5 0 0 1-1.8-.7l-.7-1.2c-.5-.9-.4-2 .3-2.7 2.1-2.2 5.3-3.5 9-3.5Z',
];
export const PHONE: Icon = [
  'M6.2 3.5h2.6a1 1 0 0 1 1 .8l.7 3.2a1 1 0 0 1-.3 1l-1.8 1.8a12.5 12.5 0 0 0 5.3 5.3l1.8-1.8a1 1 0 0 1 1-.3l3.2.7a1 1 0 0 1 .8 1v2.6a1.7 1.7 0 0 1-1.8 1.7A16.5 16.5 0 0 1 4.5 5.3a1.7 1.7 0 0 1 1.7-1.8Z',
];
export const BELL_OFF: Icon = [
  'M8.2 5.3A5.5 5.5 0 0 1 17.5 9.5c0 2 .4 3.5.9 4.7M6.5 9.5c0 4.5-2 6-2 6.5H16',
  'M10 19.5a2.2 2.2 0 0 0 4 0',
  'M3.5 3.5l17 17',
];
export const LINK: Icon = [
  'M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7l-1.2 1.2',
  'M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.2-1.2',
];
export const SUN: Icon = [
  'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z',
  'M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
];
export const MOON: Icon = ['M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z'];
export const PEOPLE: Icon = [
  'M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z',
  'M2.5 19.5a6.5 6.5 0 0 1 13 0',
  'M16 5.3a3.5 3.5 0 0 1 0 6.4M18 14.2a6.5 6.5 0 0 1 3.5 5.3',
];
export const DOOR: Icon = ['M6.5 3.5h11v17h-11zM3.5 20.5h17', 'M14 12h.01'];
export const SEARCH: Icon = [
  'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z',
  'M15.3 15.3 20.5 20.5',
];
export const PLUG: Icon = ['M9 3v5M15 3v5M6.5 8h11v3a5.5 5.5 0 0 1-11 0V8ZM12 16.5V21'];
export const TABS: Icon = [
  'M8.5 4.5h11a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 7 15V6a1.5 1.5 0 0 1 1.5-1.5Z',
  'M17 16.5V18a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 18V9a1.5 1.5 0 0 1 1.5-1.5H7',
];
export const MAIL: Icon = ['M3.5 5.5h17v13h-17z', 'm4 6 8 7 8-7'];
export const ARROW: Icon = ['M5 12h14M13 6l6 6-6 6'];
export const HAND: Icon = [
  'M8 12.5V6a1.5 1.5 0 0 1 3 0v5M11 10.5V4.5a1.5 1.5 0 0 1 3 0v6M14 10.5V6a1.5 1.5 0 0 1 3 0v8.5a6.5 6.5 0 0 1-6.5 6.5c-2.6 0-4.1-1.1-5.3-3.2L3.4 14.6a1.5 1.5 0 0 1 2.5-1.6L8 15.5v-3',
];
export const CHAT: Icon = [
  'M4.5 4.5h15a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H12l-5 4v-4H4.5a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2Z',
  'M7.5 9h9M7.5 12.2h5.5',
];
export const SETTINGS: Icon = [
  'M4 7h9M19 7h1M4 12h2M12 12h8M4 17h7M17 17h3',
  'M16 5v4M9 10v4M14 15v4',
];
export const MORE: Icon = ['M5 12h.01M12 12h.01M19 12h.01'];
export const RECORD: Icon = [
  'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z',
  'M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z',
];
export const BLUR: Icon = [
  'M12 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z',
  'M6.5 20.5a5.5 5.5 0 0 1 11 0',
  'M3.5 5.5h.01M3.5 10h.01M3.5 14.5h.01M20.5 5.5h.01M20.5 10h.01M20.5 14.5h.01M8 3.5h.01M16 3.5h.01',
];
export const CLOSE: Icon = ['M6 6l12 12M18 6 6 18'];
export const CHECK: Icon = ['M5 12.5 10 17.5 19.5 7'];
export const CLIP: Icon = [
  'M20 11.5 11.8 19.7a5 5 0 0 1-7.1-7.1l8.2-8.2a3.3 3.3 0 0 1 4.7 4.7l-8.2 8.2a1.6 1.6 0 0 1-2.3-2.3l7.5-7.5',
];
export const MINUS: Icon = ['M6 12h12'];
export const SEND: Icon = ['M4 12 20.5 4.5 16 20l-4.5-6.5L4 12Zm7.5 1.5 4-4'];
export const LOCK: Icon = ['M6 10.5h12v9.5H6zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5'];
export const HELP: Icon = ['M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1.1-1.4 2.1', 'M12 17.2h.01'];

/** An icon as wide as the text is high. It is hidden from screen readers, because its button has a label. */
export function icon(lines: Icon): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    ${lines.map((d) => svg`<path d=${d}></path>`)}
  </svg>`;
}
