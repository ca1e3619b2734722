import type { ImportedUser } from '../../domain/accounts/account-import.ts';
import { UsageError } from '../command.ts';

/** Where each is looked for, the first that is there counts. */
const USUAL = {
  id: ['id', '_id'],
  name: ['name', 'username'],
  email: ['email'],
  passwordHash: ['passwordHash', 'password'],
} as const satisfies Record<keyof ImportedUser, readonly string[]>;

type Names = Readonly<Record<keyof ImportedUser, readonly string[]>>;

/**
 * The names of the fields in the other system: the usual ones, or what `FIELD=NAME` says. A name with dots leads into
 * objects.
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

/** The user that a row of another system is. */
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

/** Whole numbers, and ObjectIds of MongoDB: as the driver gives them, and as `mongoexport` writes them. */
function idText(id: unknown): unknown {
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id);
  if (typeof id !== 'object' || id === null) return id;
  if ('toHexString' in id && typeof id.toHexString === 'function') return id.toHexString();
  return '$oid' in id ? id.$oid : id;
}
