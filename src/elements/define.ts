/** Defines a custom element. A second copy of this package on a page leaves the first in place. */
export function define(name: `peerql-${string}`, element: CustomElementConstructor): void {
  if (customElements.get(name) === undefined) customElements.define(name, element);
}
