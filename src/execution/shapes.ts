import type { ASTNode, DocumentNode } from 'graphql';

/** What may stand in any order: code generation sorts what clients send as it was written. */
const SORTED: ReadonlySet<string> = new Set([
  'definitions',
  'selections',
  'arguments',
  'variableDefinitions',
  'directives',
]);

/**
 * Documents by their shapes: two that differ in layout and order alone have one. Nodes that look alike share a number,
 * made of the numbers of what is in them. So a look costs as much as the document is long, and ends at the first node
 * that none of the known documents has.
 */
export class Shapes {
  readonly #numbers = new Map<string, number>();
  readonly #documents = new Set<number>();

  add(document: DocumentNode): void {
    const number = this.#numberOf(document, (text) => {
      const known = this.#numbers.get(text);
      if (known !== undefined) return known;
      this.#numbers.set(text, this.#numbers.size);
      return this.#numbers.size - 1;
    });
    if (number !== null) this.#documents.add(number);
  }

  has(document: DocumentNode): boolean {
    const number = this.#numberOf(document, (text) => this.#numbers.get(text) ?? null);
    return number !== null && this.#documents.has(number);
  }

  /** Null where `lookUp` does not know a node. */
  #numberOf(node: ASTNode, lookUp: (text: string) => number | null): number | null {
    let text: string = node.kind;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'kind' || key === 'loc' || value === undefined) continue;
      if (Array.isArray(value)) {
        const numbers: number[] = [];
        for (const item of value as readonly ASTNode[]) {
          const number = this.#numberOf(item, lookUp);
          if (number === null) return null;
          numbers.push(number);
        }
        if (numbers.length === 0) continue;
        if (SORTED.has(key)) numbers.sort((one, other) => one - other);
        text += ` ${key}:${numbers.join(',')}`;
      } else if (isNode(value)) {
        const number = this.#numberOf(value, lookUp);
        if (number === null) return null;
        text += ` ${key}:${number}`;
      } else if (key !== 'block' || value === true) {
        text += ` ${key}:${JSON.stringify(value)}`;
      }
    }
    return lookUp(text);
  }
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
