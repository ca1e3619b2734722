import { getModelForClass, index, modelOptions, prop } from '@typegoose/typegoose';
import type { Connection } from 'mongoose';
import type { Session } from '../../domain/accounts/account.ts';
import type { SessionStore } from '../../domain/accounts/ports.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Attempt } from './attempt.ts';

@modelOptions({ schemaOptions: { _id: false }, options: { disableCaching: true } })
class GrantRecord {
  @prop({ type: String, required: true })
  public roomId!: string;

  @prop({ type: String, default: null })
  public role!: 'HOST' | 'MEMBER' | null;
}

@modelOptions({
  schemaOptions: { collection: 'sessions', versionKey: false },
  options: { disableCaching: true },
})
@index({ accountId: 1, createdAt: -1, _id: -1 })
@index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
class SessionRecord {
  @prop({ type: String, required: true })
  public _id!: string;

  @prop({ type: String, required: true })
  public accountId!: string;

  @prop({ type: Date, required: true })
  public createdAt!: Date;

  @prop({ type: Date, required: true })
  public lastSeenAt!: Date;

  @prop({ type: Date, required: true })
  public expiresAt!: Date;

  @prop({ type: String, default: null })
  public userAgent!: string | null;

  @prop({ type: () => GrantRecord, default: null })
  public grant!: GrantRecord | null;
}

/** Sessions in MongoDB, which deletes expired ones itself. Resolves once the indexes exist. */
export async function mongoSessions(
  connection: Connection,
  attempt: Attempt,
  clock: Clock,
): Promise<SessionStore> {
  const model = getModelForClass(SessionRecord, { existingConnection: connection });
  await model.createIndexes();
  // MongoDB deletes about once a minute and by its own clock, so expiry has to be checked here.
  const live = () => ({ expiresAt: { $gt: new Date(clock.now()) } });

  return {
    async insert({ id, ...fields }) {
      await attempt(() => model.insertOne({ _id: id, ...fields }));
    },
    async find(id) {
      const record = await attempt(() =>
        model
          .findOne({ _id: id, ...live() })
          .lean()
          .exec(),
      );
      return record && toSession(record);
    },
    async listByAccount(accountId) {
      const records = await attempt(() =>
        model
          .find({ accountId, ...live() })
          .sort({ createdAt: -1, _id: -1 })
          .lean()
          .exec(),
      );
      return records.map(toSession);
    },
    async liveAmong(ids) {
      const records = await attempt(() =>
        model
          .find({ _id: { $in: ids }, ...live() })
          .select({ _id: 1, expiresAt: 1 })
          .lean()
          .exec(),
      );
      return records.map(({ _id, expiresAt }) => ({ id: _id, expiresAt }));
    },
    async extend(id, expiresAt) {
      const { matchedCount } = await attempt(() =>
        model.updateOne({ _id: id, ...live() }, { $max: { expiresAt } }).exec(),
      );
      return matchedCount > 0;
    },
    async touch(id, lastSeenAt) {
      await attempt(() => model.updateOne({ _id: id }, { $set: { lastSeenAt } }).exec());
    },
    async delete(id) {
      const { deletedCount } = await attempt(() => model.deleteOne({ _id: id, ...live() }).exec());
      return deletedCount > 0;
    },
    async deleteByAccount(accountId, exceptId) {
      const records = await attempt(() =>
        model
          .find({
            accountId,
            ...live(),
            ...(exceptId === undefined ? {} : { _id: { $ne: exceptId } }),
          })
          .select({ _id: 1 })
          .lean()
          .exec(),
      );
      const ids = records.map((record) => record._id);
      await attempt(() => model.deleteMany({ _id: { $in: ids } }).exec());
      return ids;
    },
  };
}

function toSession(record: SessionRecord): Session {
  return {
    id: record._id,
    accountId: record.accountId,
    createdAt: record.createdAt,
    lastSeenAt: record.lastSeenAt,
    expiresAt: record.expiresAt,
    userAgent: record.userAgent,
    // Records from before sessions could be limited do not have this field.
    grant: record.grant ? { roomId: record.grant.roomId, role: record.grant.role } : null,
  };
}
