import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  type InlineFragmentNode,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * Writes a value as JSON. Null if the value does not have its type: then only an execution can give the right result.
 */
type Write = (value: unknown) => string | null;

interface Part {
  /** The text before the value. */
  readonly opening: string;
  readonly property: string;
  readonly derive: Derive | null;
  readonly write: Write;
}

/** Makes a field's value only from its parent object. */
type Derive = (parent: object) => unknown;

/**
 * Writes events of a subscription as the JSON of their results: the same text that executing and then serialising
 * gives, for a fraction of the time.
 *
 * It supports selections without directives whose fields have no arguments and no resolver: the value of such a field
 * is the property with its name (GraphQL specification §6.4.2, graphql-js's default resolver). A field whose resolver
 * needs only the parent object has that resolver as its extension `derive`.
 */
export class EventWriter {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #selection: SelectionSetNode | null;
  readonly #opening: string;
  readonly #writers = new Map<string, Write | null>();

  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
    this.#schema = schema;
    this.#fragments = new Map(
      document.definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
      ),
    );
    const [root, ...others] = operation.selectionSet.selections;
    const isPlain = root?.kind === Kind.FIELD && others.length === 0 && !hasDirectives(root);
    this.#selection = isPlain ? (root.selectionSet ?? null) : null;
    this.#opening = isPlain ? `{"data":{${JSON.stringify(responseKey(root))}:` : '';
  }

  /** The result as JSON; null if an execution is needed. @param typeName the object type of the event */
  write(typeName: string, event: unknown): string | null {
    let write = this.#writers.get(typeName);
    if (write === undefined) {
      write = this.#eventWriter(typeName);
      this.#writers.set(typeName, write);
    }
    const written = write === null ? null : write(event);
    return written === null ? null : `${this.#opening}${written}}}`;
  }

  #eventWriter(typeName: string): Write | null {
    const type = this.#schema.getType(typeName);
    if (!isObjectType(type) || this.#selection === null) return null;
    return this.#objectWriter(type, [this.#selection]);
  }

  #objectWriter(type: GraphQLObjectType, selections: readonly SelectionSetNode[]): Write | null {
    const fields = new Map<string, FieldNode[]>();
    const seen = new Set<string>();
    for (const selection of selections) {
      if (!this.#collect(type, selection, fields, seen)) return null;
    }
    const parts: Part[] = [];
    let literal = '{';
    let comma = '';
    for (const [key, nodes] of fields) {
      literal += `${comma}${JSON.stringify(key)}:`;
      comma = ',';
      const property = nodes[0]?.name.value ?? '';
      if (property === '__typename') {
        literal += JSON.stringify(type.name);
        continue;
      }
      const field = type.getFields()[property];
      if (field === undefined || field.args.length > 0) return null;
      const derive = isDerive(field.extensions.derive) ? field.extensions.derive : null;
      if (field.resolve !== undefined && derive === null) return null;
      const write = this.#valueWriter(field.type, nodes);
      if (write === null) return null;
      parts.push({ opening: literal, property, derive, write });
      literal = '';
    }
    return joined(parts, `${literal}}`);
  }

  #valueWriter(type: GraphQLOutputType, nodes: readonly FieldNode[]): Write | null {
    const write = this.#presentWriter(getNullableType(type), nodes);
    if (write === null || isNonNullType(type)) return write;
    return (value) => (value === null || value === undefined ? 'null' : write(value));
  }

  #presentWriter(type: GraphQLOutputType, nodes: readonly FieldNode[]): Write | null {
    if (isLeafType(type)) return leafWriter(type);
    if (isListType(type)) {
      const write = this.#valueWriter(type.ofType, nodes);
      return write === null ? null : listed(write);
    }
    if (!isObjectType(type)) return null;
    return this.#objectWriter(
      type,
      nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
    );
  }

  /** Gathers the fields of a selection by their response keys (§6.3.2); false if there is a directive. */
  #collect(
    type: GraphQLObjectType,
    selection: SelectionSetNode,
    into: Map<string, FieldNode[]>,
    seen: Set<string>,
  ): boolean {
    for (const node of selection.selections) {
      if (hasDirectives(node)) return false;
      if (node.kind === Kind.FIELD) {
        const key = responseKey(node);
        into.set(key, [...(into.get(key) ?? []), node]);
        continue;
      }
      let fragment: InlineFragmentNode | FragmentDefinitionNode | undefined;
      if (node.kind === Kind.INLINE_FRAGMENT) fragment = node;
      else {
        if (seen.has(node.name.value)) continue;
        seen.add(node.name.value);
        fragment = this.#fragments.get(node.name.value);
      }
      if (fragment === undefined || hasDirectives(fragment)) return false;
      const condition = fragment.typeCondition?.name.value;
      if (condition !== undefined && !this.#applies(condition, type)) continue;
      if (!this.#collect(type, fragment.selectionSet, into, seen)) return false;
    }
    return true;
  }

  #applies(condition: string, type: GraphQLObjectType): boolean {
    const named = this.#schema.getType(condition);
    return named === type || (isAbstractType(named) && this.#schema.isSubType(named, type));
  }
}

function joined(parts: readonly Part[], closing: string): Write {
  return (value) => {
    if (typeof value !== 'object' || value === null) return null;
    const properties = value as Readonly<Record<string, unknown>>;
    let text = '';
    for (const { opening, property, derive, write } of parts) {
      const written = write(derive === null ? properties[property] : derive(value));
      if (written === null) return null;
      text += opening + written;
    }
    return text + closing;
  };
}

function isDerive(extension: unknown): extension is Derive {
  return typeof extension === 'function';
}

function listed(write: Write): Write {
  return (value) => {
    if (!Array.isArray(value)) return null;
    let text = '[';
    for (let index = 0; index < value.length; index += 1) {
      const written = write(value[index]);
      if (written === null) return null;
      text += index === 0 ? written : `,${written}`;
    }
    return `${text}]`;
  };
}

function leafWriter(type: GraphQLLeafType): Write {
  switch (type.name) {
    case 'ID':
    case 'String':
      return (value) => (typeof value === 'string' ? quoted(value) : null);
    case 'Boolean':
      return (value) => (typeof value === 'boolean' ? String(value) : null);
    case 'Int':
      return (value) => (typeof value === 'number' && (value | 0) === value ? `${value}` : null);
    default:
      return (value) => {
        if (value === null || value === undefined) return null;
        const serialised = type.serialize(value);
        return serialised === undefined || serialised === null ? null : JSON.stringify(serialised);
      };
  }
}

/** Printable ASCII in which JSON escapes nothing. Ids, cursors and candidates are such texts. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

function responseKey({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

function hasDirectives(node: { readonly directives?: readonly unknown[] | undefined }): boolean {
  return node.directives !== undefined && node.directives.length > 0;
}
