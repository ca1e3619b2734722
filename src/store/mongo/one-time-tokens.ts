import { getModelForClass, index, modelOptions, prop } from '@typegoose/typegoose';
import type { Connection } from 'mongoose';
import type { OneTimeToken, OneTimeTokenStore, TokenPurpose } from '../../domain/accounts/ports.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Attempt } from './attempt.ts';

@modelOptions({
  schemaOptions: { collection: 'oneTimeTokens', versionKey: false },
  options: { disableCaching: true },
})
@index({ accountId: 1 })
@index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
class OneTimeTokenRecord {
  /** The hash. */
  @prop({ type: String, required: true })
  public _id!: string;

  @prop({ type: String, required: true })
  public purpose!: TokenPurpose;

  @prop({ type: String, required: true })
  public accountId!: string;

  @prop({ type: String, default: null })
  public sessionId!: string | null;

  @prop({ type: Date, required: true })
  public expiresAt!: Date;
}

/** One-time tokens in MongoDB, which deletes expired ones itself. Resolves once the indexes exist. */
export async function mongoOneTimeTokens(
  connection: Connection,
  attempt: Attempt,
  clock: Clock,
): Promise<OneTimeTokenStore> {
  const model = getModelForClass(OneTimeTokenRecord, { existingConnection: connection });
  await model.createIndexes();

  return {
    async insert({ hash, ...fields }) {
      await attempt(() => model.insertOne({ _id: hash, ...fields }));
    },
    async take(hash, purpose) {
      // MongoDB deletes about once a minute and by its own clock, so expiry has to be checked here.
      const live = { expiresAt: { $gt: new Date(clock.now()) } };
      const record = await attempt(() =>
        model
          .findOneAndDelete({ _id: hash, purpose, ...live })
          .lean()
          .exec(),
      );
      return record && toOneTimeToken(record);
    },
    async deleteByAccount(accountId) {
      await attempt(() => model.deleteMany({ accountId }).exec());
    },
  };
}

function toOneTimeToken(record: OneTimeTokenRecord): OneTimeToken {
  return {
    hash: record._id,
    purpose: record.purpose,
    accountId: record.accountId,
    sessionId: record.sessionId,
    expiresAt: record.expiresAt,
  };
}
