/** A part of the picture, in pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const RATIO = 16 / 9;
/** The share of the width for shared screens, beside the people. */
const SCREEN_SHARE = 0.8;

/** Where each of `count` pictures goes: in as many columns as make them biggest, each of 16:9, in the middle of the area. */
export function gridIn(area: Rectangle, count: number): Rectangle[] {
  let best = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const width = Math.min(area.width / columns, (area.height / rows) * RATIO);
    // Side by side rather than one above the other, where both are as big.
    if (width >= best.width) best = { columns, width, height: width / RATIO };
  }
  const { columns, width, height } = best;
  const top = area.y + (area.height - Math.ceil(count / columns) * height) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    // The last row may be shorter, and is centered.
    const inRow = Math.min(columns, count - row * columns);
    const left = area.x + (area.width - inRow * width) / 2;
    return { x: left + (index % columns) * width, y: top + row * height, width, height };
  });
}

/** Where people and shared screens go: screens big, people beside them. */
export function layoutOf(
  { width, height }: { readonly width: number; readonly height: number },
  people: number,
  screens: number,
): { readonly people: Rectangle[]; readonly screens: Rectangle[] } {
  const all = { x: 0, y: 0, width, height };
  if (screens === 0) return { people: gridIn(all, people), screens: [] };
  const split = Math.round(width * SCREEN_SHARE);
  return {
    people: gridIn({ ...all, x: split, width: width - split }, people),
    screens: gridIn({ ...all, width: split }, screens),
  };
}

/** The biggest part of `area` with the ratio of a picture, in its middle: nothing of the picture is cut off. */
export function fitted(
  area: Rectangle,
  picture: { readonly width: number; readonly height: number },
): Rectangle {
  const scale = Math.min(area.width / picture.width, area.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  return {
    x: area.x + (area.width - width) / 2,
    y: area.y + (area.height - height) / 2,
    width,
    height,
  };
}
