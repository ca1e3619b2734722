import bcrypt from 'bcryptjs';
import mongoose, { type HydratedDocument, Schema } from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { peerql } from '../kit/command.ts';
import { importSuite } from '../kit/import-suite.ts';
import { findMongod, Mongod } from '../kit/mongod.ts';
import { mutate } from '../kit/mutate.ts';
import { startServer } from '../kit/server.ts';

const binary = findMongod();

interface OldUser {
  username: string;
  email: string;
  password: string;
}

describe.skipIf(binary === null)('import with MongoDB', () => {
  let mongod: Mongod;
  beforeAll(async () => {
    mongod = await Mongod.start(binary ?? '');
  }, 30_000);
  afterAll(() => mongod?.dispose());

  describe('of a file into it', () => {
    importSuite(async () => {
      const env = { MONGO_URI: mongod.uri('imported') };
      return { server: await startServer({ env }), env };
    });
  });

  describe('of the users of an Express application with Mongoose', () => {
    const ids: string[] = [];

    beforeAll(async () => {
      const connection = await mongoose.createConnection(mongod.uri('shop')).asPromise();
      // As such applications have it: the password is hashed before it is saved.
      const schema = new Schema<OldUser>(
        { username: String, email: { type: String, unique: true }, password: String },
        { timestamps: true },
      );
      schema.pre('save', async function (this: HydratedDocument<OldUser>) {
        if (this.isModified('password')) this.password = await bcrypt.hash(this.password, 10);
      });
      const User = connection.model('User', schema);
      for (const [username, email, password] of [
        ['ada', 'Ada@Example.com', 'difference engine'],
        ['grace', 'grace@example.com', 'nanoseconds'],
      ] as const) {
        const { id } = await User.create({ username, email, password });
        ids.push(String(id));
      }
      await connection
        .collection('users')
        .insertOne({ username: 'google', email: 'google@example.com' });
      await connection.destroy();
    }, 30_000);

    test.each(['embedded', 'mongo'])(
      'they sign in with their old passwords: %s store',
      async (store) => {
        const env = store === 'mongo' ? { MONGO_URI: mongod.uri('calls') } : {};
        const server = await startServer({ env });
        const args = ['import', 'users', '--mongo', mongod.uri('shop'), '--collection', 'users'];
        const run = () => peerql(args, { DATA_DIR: server.dataDir, ...env });
        expect(await run()).toEqual({
          code: 1,
          out: 'imported 2, updated 0, there already 0, refused 1.\n',
          err: expect.stringMatching(
            /^document 3, id "[0-9a-f]{24}": passwordHash must be a text\.\n$/,
          ),
        });
        const input = {
          email: 'ada@example.com',
          password: 'difference engine',
          delivery: 'BEARER',
        };
        const signIn = () => mutate(server.graphqlUrl, 'login', input, 'account { id name }');
        expect(await signIn()).toMatchObject({ account: { id: ids[0], name: 'ada' } });
        expect(await run()).toMatchObject({
          out: 'imported 0, updated 0, there already 2, refused 1.\n',
        });
        expect(await signIn()).toMatchObject({ account: { id: ids[0], name: 'ada' } });
        await server.close();
      },
    );

    test('a collection that is not there is said to be so', async () => {
      const server = await startServer();
      const args = ['import', 'users', '--mongo', mongod.uri('shop'), '--collection', 'people'];
      expect(await peerql(args, { DATA_DIR: server.dataDir })).toEqual({
        code: 1,
        out: '',
        err: 'peerql import: There is no collection people in the database shop.\n',
      });
      await server.close();
    });
  });
});
