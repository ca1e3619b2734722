import {
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql';
import { fragmentsOf, tooBig } from './measure.ts';

/** The assumed number of items of a list, if no argument limits it. */
const LIST_SIZE = 10;
/** The number of items of the longest page of a connection. */
const PAGE_SIZE_MAX = 100;
/** About the number of types in the schema. */
const SCHEMA_TYPES = 100;
/** Objects of the introspection exist already: this many of them cost as much as one that has to be made. */
const INTROSPECTED_FOR_ONE = 50;

/**
 * Checks how many objects a document may answer. Each object counts as often as the lists around it and the aliases
 * repeat it. A document may ask for the schema only once.
 *
 * @param document a valid document
 * @returns an error for each limit that is exceeded
 */
export function measureAnswer(
  schema: GraphQLSchema,
  document: DocumentNode,
  limits: { readonly objects: number },
): GraphQLError[] {
  const fragments = fragmentsOf(document);
  const measured = new Map<string, number>();
  let schemas = 0;

  /** The number of objects below one of `type`; `page` is the number of items in its list of edges. */
  function objectsIn(set: SelectionSetNode, type: GraphQLCompositeType, page: number): number {
    let objects = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) objects += objectsOf(selection, type, page);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inner = typeNamed(selection.typeCondition?.name.value) ?? type;
        objects += objectsIn(selection.selectionSet, inner, page);
      } else objects += objectsOfFragment(selection.name.value, page);
    }
    return Math.min(objects, Number.MAX_SAFE_INTEGER);
  }

  function objectsOfFragment(name: string, page: number): number {
    const key = `${page} ${name}`;
    const known = measured.get(key);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const type = typeNamed(fragment?.typeCondition.name.value);
    const objects = fragment && type ? objectsIn(fragment.selectionSet, type, page) : 0;
    measured.set(key, objects);
    return objects;
  }

  function objectsOf(node: FieldNode, parent: GraphQLCompositeType, page: number): number {
    const field = fieldOf(schema, parent, node.name.value);
    const type = field && getNamedType(field.type);
    if (!field || !isCompositeType(type) || node.selectionSet === undefined) return 0;
    const inner = objectsIn(node.selectionSet, type, pageOf(field, node));
    const size = isList(field.type) ? sizeOf(field, parent, page) : 1;
    const price = field === SchemaMetaFieldDef || field === TypeMetaFieldDef;
    return price ? (inner + 1) / INTROSPECTED_FOR_ONE : size * (inner + 1);
  }

  function typeNamed(name: string | undefined): GraphQLCompositeType | null {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : null;
  }

  let objects = 0;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const root = schema.getRootType(definition.operation);
    if (!root) continue;
    objects = Math.max(objects, objectsIn(definition.selectionSet, root, LIST_SIZE));
    schemas += schemasIn(definition.selectionSet);
  }
  /** Only the root has `__schema`. Fragments can be expanded, because the document is within its limit of fields. */
  function schemasIn({ selections }: SelectionSetNode): number {
    let found = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value === SchemaMetaFieldDef.name) found += 1;
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        found += schemasIn(selection.selectionSet);
      } else {
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) found += schemasIn(fragment.selectionSet);
      }
    }
    return found;
  }

  const errors: GraphQLError[] = [];
  if (objects > limits.objects) errors.push(tooBig('objects', limits.objects));
  if (schemas > 1) errors.push(tooBig('__schema', 1));
  return errors;
}

function fieldOf(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (isObjectType(parent) || (isAbstractType(parent) && 'getFields' in parent)) {
    const field = parent.getFields()[name];
    if (field !== undefined) return field;
  }
  if (parent !== schema.getQueryType()) return undefined;
  if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
  return name === TypeMetaFieldDef.name ? TypeMetaFieldDef : undefined;
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}

function sizeOf(
  field: GraphQLField<unknown, unknown>,
  parent: GraphQLCompositeType,
  page: number,
): number {
  if (field.name === 'edges') return page;
  return parent.name === '__Schema' && field.name === 'types' ? SCHEMA_TYPES : LIST_SIZE;
}

/**
 * The number of items of a page of this field: its argument `first`, or the maximum if the argument is known only at
 * run time.
 */
function pageOf(field: GraphQLField<unknown, unknown>, node: FieldNode): number {
  const first = field.args.find(({ name }) => name === 'first');
  if (first === undefined) return LIST_SIZE;
  const given = node.arguments?.find(({ name }) => name.value === 'first')?.value;
  const size = given === undefined ? first.defaultValue : literal(given);
  return typeof size === 'number' ? Math.max(0, Math.min(size, PAGE_SIZE_MAX)) : PAGE_SIZE_MAX;
}

function literal(node: { readonly kind: Kind; readonly value?: unknown }): unknown {
  return node.kind === Kind.INT ? Number(node.value) : null;
}
