import { getModelForClass, index, modelOptions, prop } from '@typegoose/typegoose';
import type { Connection } from 'mongoose';
import type { ContactPair, ContactStore } from '../../domain/people/ports.ts';
import type { Stance } from '../../domain/people/stance.ts';
import { type Attempt, isDuplicate } from './attempt.ts';

@modelOptions({
  schemaOptions: { collection: 'contacts', versionKey: false },
  options: { disableCaching: true },
})
@index({ one: 1 })
@index({ two: 1 })
class PairRecord {
  /** Both ids. */
  @prop({ type: String, required: true })
  public _id!: string;

  @prop({ type: String, required: true })
  public one!: string;

  @prop({ type: String, required: true })
  public two!: string;

  @prop({ type: String, required: true })
  public stanceOfOne!: Stance;

  @prop({ type: String, required: true })
  public stanceOfTwo!: Stance;

  @prop({ type: Date, required: true })
  public since!: Date;

  @prop({ type: String, required: true })
  public revision!: string;
}

@modelOptions({
  schemaOptions: { collection: 'contactRequests', versionKey: false },
  options: { disableCaching: true },
})
@index({ ownerId: 1, email: 1 }, { unique: true })
class RequestRecord {
  @prop({ type: String, required: true })
  public ownerId!: string;

  @prop({ type: String, required: true })
  public email!: string;

  @prop({ type: Date, required: true })
  public since!: Date;
}

/** Contacts in MongoDB. Resolves once the indexes exist. */
export async function mongoContacts(
  connection: Connection,
  attempt: Attempt,
): Promise<ContactStore> {
  const pairs = getModelForClass(PairRecord, { existingConnection: connection });
  const requests = getModelForClass(RequestRecord, { existingConnection: connection });
  await Promise.all([pairs.createIndexes(), requests.createIndexes()]);

  return {
    async find(userId, otherId) {
      const record = await attempt(() => pairs.findById(idOf(userId, otherId)).lean().exec());
      return record && toPair(record);
    },
    async put(pair, before) {
      const _id = idOf(pair.one, pair.two);
      if (before !== null) {
        const { matchedCount } = await attempt(() =>
          pairs.updateOne({ _id, revision: before }, { $set: pair }).exec(),
        );
        return matchedCount > 0;
      }
      try {
        await attempt(() => pairs.insertOne({ _id, ...pair }));
        return true;
      } catch (error) {
        if (isDuplicate(error, '_id')) return false;
        throw error;
      }
    },
    async remove({ one, two, revision }) {
      const { deletedCount } = await attempt(() =>
        pairs.deleteOne({ _id: idOf(one, two), revision }).exec(),
      );
      return deletedCount > 0;
    },
    async listOf(userId) {
      const records = await attempt(() => pairs.find(ofUser(userId)).lean().exec());
      return records.map(toPair);
    },
    async putRequest({ ownerId, email, since }) {
      const change = { $setOnInsert: { since } };
      await attempt(() => requests.updateOne({ ownerId, email }, change, { upsert: true }).exec());
    },
    async requestsOf(ownerId) {
      const records = await attempt(() => requests.find({ ownerId }).lean().exec());
      return records.map(({ email, since }) => ({ ownerId, email, since }));
    },
    async removeRequest(ownerId, email) {
      const { deletedCount } = await attempt(() => requests.deleteOne({ ownerId, email }).exec());
      return deletedCount > 0;
    },
    async deleteByUser(userId) {
      await attempt(() => pairs.deleteMany(ofUser(userId)).exec());
      await attempt(() => requests.deleteMany({ ownerId: userId }).exec());
    },
  };
}

/** The same whatever the order. No id has a space. */
function idOf(userId: string, otherId: string): string {
  return [userId, otherId].sort().join(' ');
}

function ofUser(userId: string) {
  return { $or: [{ one: userId }, { two: userId }] };
}

function toPair(record: PairRecord): ContactPair {
  const { one, two, stanceOfOne, stanceOfTwo, since, revision } = record;
  return { one, two, stanceOfOne, stanceOfTwo, since, revision };
}
