import type { ImportedUser } from '../../domain/accounts/account-import.ts';
import { UsageError } from '../command.ts';

/** The usual names of each field; the first that exists counts. */
const USUAL = {
  id: ['id', '_id'],
  name: ['name', 'username'],
  email: ['email'],
  passwordHash: ['passwordHash', 'password'],
} as const satisfies Record<keyof ImportedUser, readonly string[]>;

type Names = Readonly<Record<keyof ImportedUser, readonly string[]>>;

/**
 * The names of the fields in the other system: the usual ones, or those of `FIELD=NAME`. A dot in a name leads into an
 * object.
 *
 * @throws UsageError
 */
export function fieldNames(given: readonly string[]): Names {
  const names: Record<keyof ImportedUser, readonly string[]> = { ...USUAL };
  for (const pair of given) {
    const [field = '', name = ''] = pair.split('=', 2);
    if (!isField(field) || name === '') {
      throw new UsageError(
        `--field takes one of ${Object.keys(USUAL).join(', ')}, as in name=profile.fullName.`,
      );
    }
    names[field] = [name];
  }
  return names;
}

function isField(name: string): name is keyof ImportedUser {
  return Object.hasOwn(USUAL, name);
}

/** Reads a user from a row of the other system. */
export function toUser(fields: Readonly<Record<string, unknown>>, names: Names): ImportedUser {
  const find = (field: keyof ImportedUser) =>
    names[field]
      .map((name) => valueAt(fields, name))
      .find((value) => value !== undefined && value !== null);
  return {
    id: idText(find('id')),
    name: find('name'),
    email: find('email'),
    passwordHash: find('passwordHash'),
  };
}

function valueAt(fields: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    return (value as Record<string, unknown>)[name];
  }, fields);
}

/**
 * Turns whole numbers and ObjectIds of MongoDB into text: ObjectIds as the driver gives them, and as `mongoexport`
 * writes them.
 */
function idText(id: unknown): unknown {
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
  if (typeof id !== 'object' || id === null) return id;
  if ('toHexString' in id && typeof id.toHexString === 'function') return id.toHexString();
  return '$oid' in id ? id.$oid : id;
}
