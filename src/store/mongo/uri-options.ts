/** Options that the operator may choose, and their defaults, by the driver's names. */
type Defaults = Readonly<Record<string, string | number | boolean>>;

/** Options that the operator may not choose: what is reported as stored must not be lost in a failover. */
const FIXED: ReadonlySet<string> = new Set([
  'readpreference',
  'readpreferencetags',
  'maxstalenessseconds',
  'w',
  // With `false` a majority would acknowledge what it has not written to its disks yet.
  'journal',
]);
/** Values of these options that are what this program uses anyway. */
const SAME: Readonly<Record<string, string>> = {
  readpreference: 'primary',
  w: 'majority',
  journal: 'true',
};

export interface UriOptions {
  /** The connection string without the ignored options. */
  readonly uri: string;
  /** The defaults that it does not set itself. */
  readonly options: Defaults;
  /** The ignored options, such as `readPreference=secondary`. */
  readonly overridden: readonly string[];
}

/**
 * Separates the options of a connection string that are used from those that are ignored. Case does not matter in
 * names, as in the driver.
 */
export function readUriOptions(uri: string, defaults: Defaults): UriOptions {
  const start = uri.indexOf('?');
  if (start < 0) return { uri, options: defaults, overridden: [] };
  const given = uri
    .slice(start + 1)
    .split('&')
    .filter((pair) => pair !== '');
  const nameOf = (pair: string) => (pair.split('=', 1)[0] ?? '').toLowerCase();
  const kept = given.filter((pair) => !FIXED.has(nameOf(pair)));
  const overridden = given.filter((pair) => {
    const value = pair.slice(pair.indexOf('=') + 1);
    return FIXED.has(nameOf(pair)) && SAME[nameOf(pair)] !== value;
  });
  const named = new Set(kept.map(nameOf));
  const options = Object.entries(defaults).filter(([name]) => !named.has(name.toLowerCase()));
  const query = kept.length === 0 ? '' : `?${kept.join('&')}`;
  return { uri: uri.slice(0, start) + query, options: Object.fromEntries(options), overridden };
}
