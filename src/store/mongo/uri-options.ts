/** What is the operator's to choose, with what it is otherwise; by the names of the driver. */
type Defaults = Readonly<Record<string, string | number | boolean>>;

/** What this program's promises stand on: nobody may be told that something is stored which a failover forgets. */
const FIXED: ReadonlySet<string> = new Set([
  'readpreference',
  'readpreferencetags',
  'maxstalenessseconds',
  'w',
]);
/** Values of those that change nothing. */
const SAME: Readonly<Record<string, string>> = { readpreference: 'primary', w: 'majority' };

export interface UriOptions {
  /** The connection string without what is not heeded. */
  readonly uri: string;
  /** The defaults that it does not set itself. */
  readonly options: Defaults;
  /** What it asks for in vain, such as `readPreference=secondary`. */
  readonly overridden: readonly string[];
}

/** Tells what a connection string decides from what it cannot. Names are read in any case, as the driver does. */
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
