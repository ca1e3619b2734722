const SVG = 'http://www.w3.org/2000/svg';

/** Outlines on a grid of 24, drawn with the text's colour. */
const PATHS = {
  microphone: [
    'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3Z',
    'M5.5 11a6.5 6.5 0 0 0 13 0',
    'M12 17.5V21',
  ],
  microphoneOff: [
    'M9 9v2a3 3 0 0 0 4.7 2.46M15 10V6a3 3 0 0 0-5.76-1.17',
    'M5.5 11a6.5 6.5 0 0 0 10.6 5M18.5 11a6.4 6.4 0 0 1-.4 2.2',
    'M12 17.5V21',
    'M3.5 3.5l17 17',
  ],
  camera: [
    'M4.5 6.5h8a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2Z',
    'M14.5 11l5.7-3.3a.8.8 0 0 1 1.3.7v7.2a.8.8 0 0 1-1.3.7L14.5 13',
  ],
  cameraOff: [
    'M9 6.5h3.5a2 2 0 0 1 2 2V11l5.7-3.3a.8.8 0 0 1 1.3.7v7.2',
    'M14.5 15.5a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2v-7a2 2 0 0 1 1.4-1.9',
    'M3.5 3.5l17 17',
  ],
  screen: [
    'M4.5 4.5h15a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-15a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2Z',
    'M8 21h8',
    'M12 14V8M9.3 10.5 12 8l2.7 2.5',
  ],
  leave: [
    'M12 9.2c3.7 0 6.9 1.3 9 3.5.7.7.8 1.8.3 2.7l-.7 1.2a1.5 1.5 0 0 1-1.8.7l-3-1a1.5 1.5 0 0 1-1-1.3l-.1-1.6a11.5 11.5 0 0 0-5.4 0l-.1 1.6a1.5 1.5 0 0 1-1 1.3l-3 1a1.5 1.5 0 0 1-1.8-.7l-.7-1.2c-.5-.9-.4-2 .3-2.7 2.1-2.2 5.3-3.5 9-3.5Z',
  ],
  phone: [
    'M6.2 3.5h2.6a1 1 0 0 1 1 .8l.7 3.2a1 1 0 0 1-.3 1l-1.8 1.8a12.5 12.5 0 0 0 5.3 5.3l1.8-1.8a1 1 0 0 1 1-.3l3.2.7a1 1 0 0 1 .8 1v2.6a1.7 1.7 0 0 1-1.8 1.7A16.5 16.5 0 0 1 4.5 5.3a1.7 1.7 0 0 1 1.7-1.8Z',
  ],
  bellOff: [
    'M8.2 5.3A5.5 5.5 0 0 1 17.5 9.5c0 2 .4 3.5.9 4.7M6.5 9.5c0 4.5-2 6-2 6.5H16',
    'M10 19.5a2.2 2.2 0 0 0 4 0',
    'M3.5 3.5l17 17',
  ],
  link: [
    'M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7l-1.2 1.2',
    'M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.2-1.2',
  ],
  sun: [
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z',
    'M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  ],
  moon: ['M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z'],
  people: [
    'M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z',
    'M2.5 19.5a6.5 6.5 0 0 1 13 0',
    'M16 5.3a3.5 3.5 0 0 1 0 6.4M18 14.2a6.5 6.5 0 0 1 3.5 5.3',
  ],
  door: ['M6.5 3.5h11v17h-11zM3.5 20.5h17', 'M14 12h.01'],
  search: ['M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z', 'M15.3 15.3 20.5 20.5'],
  plug: ['M9 3v5M15 3v5M6.5 8h11v3a5.5 5.5 0 0 1-11 0V8ZM12 16.5V21'],
  tabs: [
    'M8.5 4.5h11a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 7 15V6a1.5 1.5 0 0 1 1.5-1.5Z',
    'M17 16.5V18a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 18V9a1.5 1.5 0 0 1 1.5-1.5H7',
  ],
  mail: ['M3.5 5.5h17v13h-17z', 'm4 6 8 7 8-7'],
  arrow: ['M5 12h14M13 6l6 6-6 6'],
  hand: [
    'M8 12.5V6a1.5 1.5 0 0 1 3 0v5M11 10.5V4.5a1.5 1.5 0 0 1 3 0v6M14 10.5V6a1.5 1.5 0 0 1 3 0v8.5a6.5 6.5 0 0 1-6.5 6.5c-2.6 0-4.1-1.1-5.3-3.2L3.4 14.6a1.5 1.5 0 0 1 2.5-1.6L8 15.5v-3',
  ],
  chat: [
    'M4.5 4.5h15a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H12l-5 4v-4H4.5a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2Z',
    'M7.5 9h9M7.5 12.2h5.5',
  ],
  settings: ['M4 7h9M19 7h1M4 12h2M12 12h8M4 17h7M17 17h3', 'M16 5v4M9 10v4M14 15v4'],
  more: ['M5 12h.01M12 12h.01M19 12h.01'],
  close: ['M6 6l12 12M18 6 6 18'],
  check: ['M5 12.5 10 17.5 19.5 7'],
  send: ['M4 12 20.5 4.5 16 20l-4.5-6.5L4 12Zm7.5 1.5 4-4'],
  lock: ['M6 10.5h12v9.5H6zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5'],
  help: ['M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1.1-1.4 2.1', 'M12 17.2h.01'],
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

/** Three bars. The style sheet lights as many as fit `data-quality`. */
export function bars(): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'bars');
  svg.setAttribute('aria-hidden', 'true');
  for (const [x, height] of [
    [1, 5],
    [6.25, 9],
    [11.5, 13],
  ] as const) {
    const bar = document.createElementNS(SVG, 'rect');
    bar.setAttribute('x', String(x));
    bar.setAttribute('y', String(15 - height));
    bar.setAttribute('width', '3.5');
    bar.setAttribute('height', String(height));
    bar.setAttribute('rx', '1');
    svg.append(bar);
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
