/** A row of a list that shows something with an id, and can show it anew. */
export interface Row<Item> {
  readonly element: HTMLElement;
  update(item: Item): void;
}

/**
 * Shows items in a list, in their order, and keeps the row of an item that was there before: what has the focus, or is
 * open, stays so.
 */
export function keyedRows<Item>(
  list: HTMLElement,
  keyOf: (item: Item) => string,
  make: (item: Item) => Row<Item>,
): (items: readonly Item[]) => void {
  const rows = new Map<string, Row<Item>>();
  return (items) => {
    const keys = new Set(items.map(keyOf));
    for (const [key, row] of rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      rows.delete(key);
    }
    for (const [index, item] of items.entries()) {
      const key = keyOf(item);
      const row = rows.get(key) ?? make(item);
      rows.set(key, row);
      row.update(item);
      // Moving an element takes the focus from it.
      const there = list.children[index] ?? null;
      if (there !== row.element) list.insertBefore(row.element, there);
    }
  };
}
