const GAP = 12;
const WIDEST = 16 / 9;

/** A layout of tiles of one size, in rows. */
export interface Layout {
  readonly columns: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The largest tiles of one size that fit, with the number of columns that gives the most area. A tile is at most 16:9,
 * and at least 3:5 in a portrait grid or 4:3 in a landscape one.
 */
export function layOut(count: number, width: number, height: number): Layout {
  const narrowest = width < height ? 3 / 5 : 4 / 3;
  let best: Layout = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (width - GAP * (columns - 1)) / columns;
    const cellHeight = (height - GAP * (rows - 1)) / rows;
    if (cellWidth <= 0 || cellHeight <= 0) continue;
    const tileWidth = Math.floor(Math.min(cellWidth, cellHeight * WIDEST));
    const tileHeight = Math.floor(Math.min(cellHeight, tileWidth / narrowest));
    if (tileWidth * tileHeight > best.width * best.height) {
      best = { columns, width: tileWidth, height: tileHeight };
    }
  }
  return best;
}

/**
 * Sets the size of a grid's tiles. Next to a shared screen they form a strip, whose size comes from the style sheet.
 */
export function fitTiles(grid: HTMLElement, strip: boolean): void {
  grid.classList.toggle('strip', strip);
  // A strip scrolls, also with the keyboard.
  if (strip) grid.tabIndex = 0;
  else grid.removeAttribute('tabindex');
  if (strip) return;
  const { clientWidth, clientHeight, childElementCount } = grid;
  const { columns, width, height } = layOut(childElementCount, clientWidth, clientHeight);
  grid.style.setProperty('--_row-width', `${columns * (width + GAP) - GAP}px`);
  grid.style.setProperty('--_tile-width', `${width}px`);
  grid.style.setProperty('--_tile-height', `${height}px`);
}
