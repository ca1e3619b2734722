import type { ASTNode, DocumentNode } from 'graphql';

/** Parts whose order does not matter: code generation sorts them, but clients send them as written. */
const SORTED: ReadonlySet<string> = new Set([
  'definitions',
  'selections',
  'arguments',
  'variableDefinitions',
  'directives',
]);

/**
 * A set of documents that compares them by shape: documents that differ only in layout and order are equal. Equal nodes
 * have the same number, which follows from the numbers of their children. So a lookup takes time proportional to the
 * length of the document, and ends at the first node that no known document has.
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

  /** Null if `lookUp` does not know a node. */
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
