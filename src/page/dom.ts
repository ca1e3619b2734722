type Attribute = string | number | boolean | null | undefined | ((event: Event) => void);
type Child = Node | string | null | false;

/**
 * Creates an element. `name` may contain classes (`button.primary`). A function listens to the event of its name
 * (`click`), `true` makes an empty attribute, and `false`, `null` or `undefined` leave the attribute out.
 */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name | `${Name}.${string}`,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const [tag, ...classes] = name.split('.');
  const element = document.createElement(tag as Name);
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key, value);
    else setAttribute(element, key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
}

/** Sets one attribute, or removes it with `false`, `null` or `undefined`. */
export function setAttribute(
  element: Element,
  key: string,
  value: string | number | boolean | null | undefined,
): void {
  if (value === false || value === null || value === undefined) element.removeAttribute(key);
  else element.setAttribute(key, value === true ? '' : String(value));
}

/** Sets the text only if it differs, so that screen readers and selections are not disturbed. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
