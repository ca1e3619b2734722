import * as icons from '../elements/icons.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** The icons by their names. */
const PATHS = {
  microphone: icons.MICROPHONE,
  microphoneOff: icons.MICROPHONE_OFF,
  camera: icons.CAMERA,
  cameraOff: icons.CAMERA_OFF,
  screen: icons.SCREEN,
  leave: icons.LEAVE,
  phone: icons.PHONE,
  bellOff: icons.BELL_OFF,
  link: icons.LINK,
  sun: icons.SUN,
  moon: icons.MOON,
  people: icons.PEOPLE,
  door: icons.DOOR,
  search: icons.SEARCH,
  plug: icons.PLUG,
  tabs: icons.TABS,
  mail: icons.MAIL,
  arrow: icons.ARROW,
  hand: icons.HAND,
  chat: icons.CHAT,
  settings: icons.SETTINGS,
  more: icons.MORE,
  close: icons.CLOSE,
  check: icons.CHECK,
  send: icons.SEND,
  lock: icons.LOCK,
  help: icons.HELP,
} as const;

export type IconName = keyof typeof PATHS;

/** An icon as wide as the text is high. It is hidden from screen readers, because its button has a label. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

/** PeerQL's logo: three peers, all connected to each other. */
export function mark(): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 32 32');
  svg.setAttribute('class', 'mark');
  svg.setAttribute('aria-hidden', 'true');
  const lines = document.createElementNS(SVG, 'path');
  lines.setAttribute('d', 'M16 7.5 7 24M16 7.5 25 24M7 24h18');
  svg.append(lines);
  for (const [cx, cy] of [
    ['16', '7.5'],
    ['7', '24'],
    ['25', '24'],
  ] as const) {
    const dot = document.createElementNS(SVG, 'circle');
    dot.setAttribute('cx', cx);
    dot.setAttribute('cy', cy);
    dot.setAttribute('r', '4.5');
    svg.append(dot);
  }
  return svg;
}
