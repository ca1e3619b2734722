import { describe, expect, it } from 'vitest';
import { connect } from '../../src/store/mongo/connection.ts';
import { readUriOptions } from '../../src/store/mongo/uri-options.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';

const DEFAULTS = { maxPoolSize: 10, retryWrites: true };

describe('the options of a connection string', () => {
  it.each([
    ['mongodb://a/b', 'mongodb://a/b', ['maxPoolSize', 'retryWrites'], []],
    ['mongodb://a/b?maxPoolSize=50', 'mongodb://a/b?maxPoolSize=50', ['retryWrites'], []],
    ['mongodb://a/b?MAXPOOLSIZE=50', 'mongodb://a/b?MAXPOOLSIZE=50', ['retryWrites'], []],
    [
      'mongodb://a/b?readPreference=secondary&replicaSet=rs',
      'mongodb://a/b?replicaSet=rs',
      ['maxPoolSize', 'retryWrites'],
      ['readPreference=secondary'],
    ],
    [
      'mongodb://a/?w=1&readpreference=nearest&readPreferenceTags=dc:a&maxStalenessSeconds=90',
      'mongodb://a/',
      ['maxPoolSize', 'retryWrites'],
      ['w=1', 'readpreference=nearest', 'readPreferenceTags=dc:a', 'maxStalenessSeconds=90'],
    ],
    [
      'mongodb://a/b?journal=false&tls=true',
      'mongodb://a/b?tls=true',
      ['maxPoolSize', 'retryWrites'],
      ['journal=false'],
    ],
    [
      'mongodb://a/b?w=majority&readPreference=primary&retryWrites=false',
      'mongodb://a/b?retryWrites=false',
      ['maxPoolSize'],
      [],
    ],
  ])('%s', (uri, heeded, defaults, overridden) => {
    const read = readUriOptions(uri, DEFAULTS);
    expect(read.uri).toBe(heeded);
    expect(Object.keys(read.options)).toEqual(defaults);
    expect(read.overridden).toEqual(overridden);
  });

  const binary = findMongod();

  it.skipIf(binary === null)('reach the driver, or are said to be overridden', async () => {
    const mongod = await Mongod.start(binary ?? '');
    const warned: object[] = [];
    const options = 'maxPoolSize=3&socketTimeoutMS=7000&wtimeoutMS=1234&appName=mine';
    const connection = await connect(
      `${mongod.uri('a')}?${options}&readPreference=secondaryPreferred&w=0&journal=false`,
      { info: () => {}, warn: (fields) => warned.push(fields) },
    );
    const used = connection.getClient().options;
    expect(used).toMatchObject({ maxPoolSize: 3, socketTimeoutMS: 7000, appName: 'mine' });
    expect(used.serverSelectionTimeoutMS).toBe(10_000);
    expect(used.readPreference.mode).toBe('primary');
    expect(used.writeConcern).toMatchObject({ w: 'majority' });
    expect(used.writeConcern?.wtimeoutMS).toBe(1234);
    expect(used.writeConcern?.journal).toBeUndefined();
    expect(warned).toContainEqual({
      overridden: ['readPreference=secondaryPreferred', 'w=0', 'journal=false'],
    });
    await connection.destroy();
    await mongod.dispose();
  });
});
