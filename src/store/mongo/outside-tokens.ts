import { getModelForClass, index, modelOptions, prop } from '@typegoose/typegoose';
import type { Connection } from 'mongoose';
import { keyOfPerson } from '../../domain/accounts/people.ts';
import type { OutsideToken, OutsideTokenStore } from '../../domain/accounts/ports.ts';
import type { Clock } from '../../domain/clock.ts';
import { type Attempt, isDuplicate } from './attempt.ts';

@modelOptions({
  schemaOptions: { collection: 'outsideTokens', versionKey: false },
  options: { disableCaching: true },
})
@index({ sessionId: 1 })
@index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
class OutsideTokenRecord {
  /** The hash. */
  @prop({ type: String, required: true })
  public _id!: string;

  @prop({ type: String, required: true })
  public sessionId!: string;

  @prop({ type: Date, required: true })
  public sessionEndsAt!: Date;

  @prop({ type: Date, required: true })
  public expiresAt!: Date;
}

@modelOptions({
  schemaOptions: { collection: 'endedPeople', versionKey: false },
  options: { disableCaching: true },
})
@index({ keptUntil: 1 }, { expireAfterSeconds: 0 })
class EndedPersonRecord {
  /** The person's key. */
  @prop({ type: String, required: true })
  public _id!: string;

  @prop({ type: Date, required: true })
  public endedAt!: Date;

  @prop({ type: Date, required: true })
  public keptUntil!: Date;
}

/** Tokens of outside issuers in MongoDB, which deletes expired ones itself. Resolves once the indexes exist. */
export async function mongoOutsideTokens(
  connection: Connection,
  attempt: Attempt,
  clock: Clock,
): Promise<OutsideTokenStore> {
  const tokens = getModelForClass(OutsideTokenRecord, { existingConnection: connection });
  const people = getModelForClass(EndedPersonRecord, { existingConnection: connection });
  await Promise.all([tokens.createIndexes(), people.createIndexes()]);
  // MongoDB deletes about once a minute and by its own clock, so expiry has to be checked here.
  const now = () => new Date(clock.now());

  return {
    async find(hash) {
      const found = { _id: hash, expiresAt: { $gt: now() } };
      const record = await attempt(() => tokens.findOne(found).lean().exec());
      return record && toOutsideToken(record);
    },
    async put({ hash, ...fields }, inPlaceOf) {
      if (inPlaceOf !== null) {
        const known = { _id: hash, sessionId: inPlaceOf };
        const { matchedCount } = await attempt(() =>
          tokens.updateOne(known, { $set: fields }).exec(),
        );
        return matchedCount > 0;
      }
      try {
        const expired = { _id: hash, expiresAt: { $lte: now() } };
        await attempt(() => tokens.updateOne(expired, { $set: fields }, { upsert: true }).exec());
        return true;
      } catch (error) {
        if (isDuplicate(error, '_id')) return false;
        throw error;
      }
    },
    async extend(sessionId, sessionEndsAt) {
      await attempt(() => tokens.updateMany({ sessionId }, { $max: { sessionEndsAt } }).exec());
    },
    async endPerson(person, endedAt, keptUntil) {
      const one = { _id: keyOfPerson(person) };
      const change = { $max: { endedAt, keptUntil } };
      await attempt(() => people.updateOne(one, change, { upsert: true }).exec());
    },
    async endOf(person) {
      const found = { _id: keyOfPerson(person), keptUntil: { $gt: now() } };
      const record = await attempt(() => people.findOne(found).lean().exec());
      return record?.endedAt ?? null;
    },
  };
}

function toOutsideToken(record: OutsideTokenRecord): OutsideToken {
  return {
    hash: record._id,
    sessionId: record.sessionId,
    sessionEndsAt: record.sessionEndsAt,
    expiresAt: record.expiresAt,
  };
}
