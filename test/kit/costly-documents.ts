import type { GraphQLSchema } from 'graphql';
import { RandomDocuments, type RandomOperation } from './random-documents.ts';

/** A request that is designed to cost as much as possible. */
export interface Costly extends RandomOperation {
  /** The name of its shape. */
  readonly shape: string;
}

type Random = () => number;

const ROOTS = ['Query', 'Account', 'Room', 'Participant', 'NoSuchType'];
const FIELDS = ['id', 'name', 'me { id }', '__typename', 'nothing', 'rooms { edges { cursor } }'];
const TYPES = ['Int', 'String!', '[ID!]!', 'LoginInput!', '[SendOfferInput]', 'Nothing', 'Boolean'];

/**
 * Makes requests of up to `bytes` bytes, in shapes that may be expensive for some traversal of documents or variables.
 */
export class CostlyDocuments {
  readonly #random: Random;
  readonly #bytes: number;
  readonly #valid: RandomDocuments;
  readonly #shapes: Readonly<Record<string, () => string | RandomOperation>>;

  constructor(schema: GraphQLSchema, random: Random, bytes: number) {
    this.#random = random;
    this.#bytes = bytes;
    this.#valid = new RandomDocuments(schema, random);
    this.#shapes = {
      'fragments that fan out': () => this.#fan('end'),
      'fragments that fan out to an unknown one': () => this.#fan('unknown'),
      'fragments that fan out in a circle': () => this.#fan('circle'),
      'fragments that nothing spreads': () => this.#fan('unused'),
      'operations that share fragments': () => this.#operations(),
      'fields in fields': () => this.#nested((inner) => `me { ${inner} }`, 'id'),
      'fragments in fragments': () => this.#nested((inner) => `... { ${inner} }`, '__typename'),
      'lists in lists': () => `{ room(id: ${this.#nested((inner) => `[${inner}]`, '1')}) { id } }`,
      'objects in objects': () =>
        `mutation { login(input: ${this.#nested((inner) => `{email: ${inner}}`, '1')}) { __typename } }`,
      'aliases with arguments': () =>
        `{ ${this.#many(16, (i) => `a${i}: room(id: "${i}") { id }`)} }`,
      'lists by aliases': () =>
        `{ ${this.#many(16, (i) => `a${i}: rooms(first: 100) { edges { node { participants { user { id } } } } }`)} }`,
      'one field over and over': () => `{ ${this.#many(400, () => this.#pick(FIELDS))} }`,
      'unknown fields': () => `{ ${this.#many(400, (i) => `em${'a'.repeat(i % 30)}il${i}`)} }`,
      'unknown types': () =>
        this.#many(150, (i) => `fragment F${i} on Acount${'t'.repeat(i % 30)} { id }`),
      directives: () => `{ me { id ${this.#many(400, () => '@include(if: true)')} } }`,
      'arguments over and over': () => `{ room(${this.#many(300, () => 'id: "x"')}) { id } }`,
      'input fields over and over': () =>
        `mutation { login(input: {${this.#many(300, () => 'email: "x"')}}) { __typename } }`,
      'variables that are not used': () =>
        `query (${this.#many(150, (i) => `$v${i}: ${this.#pick(TYPES)}`)}) { me { id } }`,
      'variables that are not declared': () =>
        `{ ...F } ${this.#many(40, (i) => `fragment F${i} on Query { room(id: $x${i}) { id } ...F${i + 1} }`)} fragment F on Query { ...F0 }`,
      'lines and errors': () =>
        `${'\n'.repeat(this.#rest(0.9))}{ ${this.#many(200, (i) => `nothing${i}`)} }`,
      'lines and repeated names': () =>
        `${'\r'.repeat(this.#rest(0.8))}{ room(${this.#many(250, () => 'id: 1')}) }`,
      comments: () => `{ __typename } ${'#\n'.repeat(this.#rest(0.4))}`,
      'block strings': () =>
        `{ room(id: """${' \n  "" '.repeat(this.#rest(0.15))}""") { id nothing } }`,
      'long strings': () => `{ room(id: 5, name: "${'x'.repeat(this.#rest(0.9))}") { id } }`,
      'long names': () => `{ ${'n'.repeat(this.#rest(0.9))} }`,
      'long aliases': () => `{ ${'n'.repeat(this.#rest(0.9))}: __typename }`,
      'directives with long arguments': () =>
        `{ me { id ${this.#many(3, () => `@include(if: "${'x'.repeat(this.#rest(0.2))}")`)} @skip(if: ${this.#nested((inner) => `[{a: ${inner}}]`, '1', 150)}) } }`,
      'lists of objects in lists': () =>
        `mutation { sendIceCandidates(input: ${this.#nested((inner) => `{candidates: [${inner}]}`, '{}', 150)}) { __typename } }`,
      'long numbers': () => `{ rooms(first: ${'9'.repeat(this.#rest(0.9))}) { edges { cursor } } }`,
      'long enum values': () =>
        `mutation { createRoom(input: { access: ${'OPEM'.repeat(this.#rest(0.2))} }) { __typename } }`,
      'escaped letters': () => `{ room(id: "${'\\u{1F600}\\n'.repeat(this.#rest(0.08))}") { id } }`,
      'letters outside of ASCII': () => `{ room(id: "${'😀é'.repeat(this.#rest(0.1))}") { id } }`,
      'variables with deep defaults': () =>
        `query (${this.#many(3, (i) => `$v${i}: [LoginInput!] = ${this.#nested((inner) => `[{email: ${inner}}]`, '1', 40)}`)}) { me { id } }`,
      'long names of operations': () =>
        `query ${'Q'.repeat(this.#rest(0.4))} { me { id } } query ${'q'.repeat(this.#rest(0.4))} { me { id } }`,
      'interfaces by aliases': () =>
        `{ ${this.#many(15, (i) => `a${i}: rooms(first: 100) { edges { node { ... on Node { id } ... on Error { message } __typename } } }`)} }`,
      'definitions of types': () =>
        `{ __typename } ${this.#many(90, (i) => `extend type Query${i} { a(b: Acount${i} = [1]): Roms } directive @d${i} on FIELD`)}`,
      introspection: () => this.#introspection(),
      'any document': () => this.#valid.next(this.#pick(['query', 'mutation', 'subscription'])),
      'any documents together': () =>
        this.#many(4, (i) => this.#valid.next('query').text.replaceAll('Random', `R${i}`)),
      'tokens without sense': () =>
        this.#many(900, () =>
          this.#pick(['{', '}', '...', '(', ')', '$x', ':', '"', '[', 'on', '@a']),
        ),
      'wrong items in a variable': () => this.#list(() => ({ candidate: 5, wrong: 1 })),
      'items of no object in a variable': () => this.#list(() => this.#pick([null, 1, 'x', []])),
      'deep variables': () => this.#deep(),
      'wide variables': () =>
        this.#with(
          Object.fromEntries(Array.from({ length: this.#rest(0.08) }, (_, i) => [`k${i}`, 1])),
        ),
      'long variables': () => this.#with({ roomId: 5, to: 'x'.repeat(this.#rest(0.9)) }),
    };
  }

  /** A request of the next shape, in rotation. */
  next(index: number): Costly {
    const shapes = Object.keys(this.#shapes);
    const shape = shapes[index % shapes.length] ?? '';
    const made = this.#shapes[shape]?.() ?? '';
    const { text, variables } = typeof made === 'string' ? { text: made, variables: {} } : made;
    return { shape, text: text.slice(0, this.#bytes), variables };
  }

  get shapes(): number {
    return Object.keys(this.#shapes).length;
  }

  #fan(end: 'end' | 'unknown' | 'circle' | 'unused'): string {
    const depth = this.#between(20, 70);
    const type = this.#pick(ROOTS);
    const field = this.#random() < 0.5 ? '' : `${this.#pick(FIELDS)} `;
    const links = this.#many(depth, (i) => {
      const spread = `...F${end === 'circle' && i === depth - 1 ? 0 : i + 1} `;
      return `fragment F${i} on ${type} { ${field}${spread.repeat(this.#between(1, 3))}}`;
    });
    const last = end === 'end' || end === 'unused' ? `fragment F${depth} on ${type} { id }` : '';
    const start =
      end === 'unused' ? '{ __typename }' : this.#pick(['{ ...F0 }', '{ me { ...F0 } }']);
    return `${start} ${links} ${last}`;
  }

  #operations(): string {
    const fragments = this.#between(2, 60);
    const links = this.#many(fragments, (i) => `fragment F${i} on Query { ...F${i + 1} }`);
    const last = `fragment F${fragments} on Query { room(id: $id) { id } }`;
    const declared = this.#pick(['', '($id: ID!)']);
    return `${this.#many(60, (i) => `query Q${i}${declared} { ...F0 }`)} ${links} ${last}`;
  }

  #introspection(): string {
    const kinds = 'types { name fields { name args { name type { name } } type { name kind } } }';
    const inner = this.#pick([
      kinds,
      `${kinds} a: ${kinds} b: ${kinds}`,
      `types { fields { type { fields { type { fields { name } } } } } }`,
      `types ${this.#nested((of) => `{ ofType ${of} }`, '{ name }', 20)}`,
    ]);
    const types = this.#many(15, (i) => `t${i}: __type(name: "Query") { fields { name } }`);
    return this.#pick([
      `{ __schema { ${inner} } }`,
      `{ ${types} }`,
      `{ __schema { ${inner} } ${types} }`,
    ]);
  }

  #list(item: () => unknown): RandomOperation {
    const candidates = Array.from({ length: this.#rest(0.03) }, item);
    return this.#with({ roomId: 'x', to: 'y', candidates });
  }

  #deep(): RandomOperation {
    let value: unknown = 1;
    for (let level = this.#between(100, 3000); level > 0; level -= 1) {
      value = this.#random() < 0.5 ? [value] : { candidates: value };
    }
    return this.#with({ roomId: 'x', candidates: value });
  }

  #with(input: Record<string, unknown>): RandomOperation {
    const text =
      'mutation ($input: SendIceCandidatesInput!) { sendIceCandidates(input: $input) { __typename } }';
    return { text, variables: { input } };
  }

  #nested(wrap: (inner: string) => string, core: string, max = 300): string {
    let text = core;
    for (let level = this.#between(5, max); level > 0; level -= 1) text = wrap(text);
    return text;
  }

  /** Repeats an item between a few and `max` times. */
  #many(max: number, make: (index: number) => string): string {
    return Array.from({ length: this.#between(Math.ceil(max / 2), max) }, (_, i) => make(i)).join(
      ' ',
    );
  }

  /** A share of the bytes that may be sent. */
  #rest(share: number): number {
    return Math.floor(this.#bytes * share * (0.5 + this.#random() / 2));
  }

  #between(min: number, max: number): number {
    return min + Math.floor(this.#random() * (max - min + 1));
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }
}
