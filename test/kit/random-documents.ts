import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** A document with variables to run it with. The document is valid; the variables may not be. */
export interface RandomOperation {
  readonly text: string;
  readonly variables: Record<string, unknown>;
}

const MAX_DEPTH = 5;

/** Makes operations from a schema: fields, aliases, fragments, unions and interfaces, directives, good and bad variables. */
export class RandomDocuments {
  readonly #schema: GraphQLSchema;
  readonly #random: () => number;
  #declared: string[] = [];
  #variables: Record<string, unknown> = {};
  #fragments: string[] = [];
  #names = 0;

  constructor(schema: GraphQLSchema, random: () => number) {
    this.#schema = schema;
    this.#random = random;
  }

  next(kind: 'query' | 'mutation' | 'subscription'): RandomOperation {
    this.#declared = [];
    this.#variables = {};
    this.#fragments = [];
    const root = {
      query: this.#schema.getQueryType(),
      mutation: this.#schema.getMutationType(),
      subscription: this.#schema.getSubscriptionType(),
    }[kind];
    if (!root) throw new Error(`The schema has no ${kind}.`);
    // A subscription has one root field (GraphQL specification §5.2.3.1).
    const selection =
      kind === 'subscription'
        ? `{ ${this.#field(this.#pick(Object.values(root.getFields())), 0, 'plain')} }`
        : this.#selection(root, 0);
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : '';
    const text = [`${kind} Random${declared} ${selection}`, ...this.#fragments].join('\n');
    return { text, variables: this.#variables };
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const parts = ['__typename'];
    if (!isUnionType(type)) {
      for (const field of Object.values(type.getFields())) {
        if (!this.#chance(depth === 0 ? 0.4 : 0.6)) continue;
        if (depth >= MAX_DEPTH && isCompositeType(getNamedType(field.type))) continue;
        parts.push(this.#field(field, depth));
      }
    }
    if (!isObjectType(type)) {
      for (const possible of this.#schema.getPossibleTypes(type)) {
        if (this.#chance(0.4)) parts.push(this.#spread(possible, depth));
      }
    } else if (this.#chance(0.15)) parts.push(this.#spread(type, depth));
    return `{ ${parts.join(' ')} }`;
  }

  /** Every response name is used once, so that two selections never conflict. */
  #field(field: GraphQLField<unknown, unknown>, depth: number, how?: 'plain'): string {
    const args = field.args
      .filter((argument) => isRequired(argument) || this.#chance(0.5))
      .map((argument) => `${argument.name}: ${this.#value(argument.type, 0)}`);
    const type = getNamedType(field.type);
    const inner = isCompositeType(type) ? ` ${this.#selection(type, depth + 1)}` : '';
    const directive = how === 'plain' ? '' : this.#directive();
    const given = args.length > 0 ? `(${args.join(', ')})` : '';
    return `${this.#name()}: ${field.name}${given}${directive}${inner}`;
  }

  #spread(type: GraphQLCompositeType, depth: number): string {
    const selection = this.#selection(type, depth + 1);
    if (this.#chance(0.5)) return `... on ${type.name}${this.#directive()} ${selection}`;
    const name = `Fragment${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${type.name} ${selection}`);
    return `...${name}${this.#directive()}`;
  }

  #directive(): string {
    if (!this.#chance(0.15)) return '';
    const name = this.#pick(['include', 'skip']);
    if (this.#chance(0.5)) return ` @${name}(if: ${this.#chance(0.5)})`;
    return ` @${name}(if: ${this.#variable('Boolean!', this.#chance(0.5))})`;
  }

  #value(type: GraphQLInputType, depth: number): string {
    if (depth === 0 && this.#chance(0.5)) {
      return this.#variable(String(type), this.#plain(type, 0));
    }
    return literal(this.#plain(type, depth), type);
  }

  /** A value of the type, and sometimes an invalid one. */
  #plain(type: GraphQLInputType, depth: number): unknown {
    if (isNonNullType(type))
      return this.#plain(type.ofType, depth) ?? this.#plain(type.ofType, depth) ?? 'x';
    if (this.#chance(0.1)) return null;
    if (isListType(type)) {
      const items = Array.from({ length: Math.floor(this.#random() * 3) }, () =>
        this.#plain(type.ofType, depth + 1),
      );
      return items;
    }
    if (isInputObjectType(type)) {
      const given = Object.values(type.getFields()).filter(
        (field) => isNonNullType(field.type) || this.#chance(0.5),
      );
      return Object.fromEntries(
        given.map((field) => [field.name, this.#plain(field.type, depth + 1)]),
      );
    }
    if (isEnumType(type)) return this.#pick(type.getValues()).name;
    switch (type.name) {
      case 'Int':
        return Math.floor(this.#random() * 100) - 20;
      case 'Boolean':
        return this.#chance(0.5);
      default:
        return this.#pick(['', 'text', '0123456789abcdef', 'ünïcode "quoted" \\ \n line', '0']);
    }
  }

  #variable(type: string, value: unknown): string {
    const name = this.#name();
    this.#declared.push(`$${name}: ${type}`);
    const chance = this.#random();
    // Some variables are missing or have another type: both executors must refuse them in the same way.
    if (chance < 0.05) return `$${name}`;
    this.#variables[name] =
      chance < 0.1 ? this.#pick([{ no: 'such' }, [1], 1.5, 'x', null]) : value;
    return `$${name}`;
  }

  #name(): string {
    this.#names += 1;
    return `n${this.#names}`;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.#random() * items.length)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  }
}

function isRequired(argument: GraphQLArgument): boolean {
  return isNonNullType(argument.type) && argument.defaultValue === undefined;
}

function literal(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(value, type.ofType);
  if (value === null || value === undefined) return 'null';
  if (isListType(type) && Array.isArray(value)) {
    return `[${value.map((item) => literal(item, type.ofType)).join(', ')}]`;
  }
  if (isInputObjectType(type) && typeof value === 'object') {
    const fields = Object.values(type.getFields()).flatMap((field) => {
      const own = (value as Record<string, unknown>)[field.name];
      return own === undefined ? [] : [`${field.name}: ${literal(own, field.type)}`];
    });
    return `{${fields.join(', ')}}`;
  }
  return isEnumType(type) ? String(value) : JSON.stringify(value);
}
