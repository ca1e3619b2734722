import { getModelForClass, index, modelOptions, prop } from '@typegoose/typegoose';
import type { Connection } from 'mongoose';
import type { CallStore } from '../../domain/people/ports.ts';
import type { Attempt } from './attempt.ts';

@modelOptions({
  schemaOptions: { collection: 'calls', versionKey: false },
  options: { disableCaching: true },
})
@index({ userId: 1, createdAt: -1, callId: -1 })
@index({ createdAt: 1 })
class CallRecord {
  /** The ids of the person and of the call. */
  @prop({ type: String, required: true })
  public _id!: string;

  @prop({ type: String, required: true })
  public userId!: string;

  @prop({ type: String, required: true })
  public callId!: string;

  @prop({ type: Date, required: true })
  public createdAt!: Date;

  @prop({ type: String, required: true })
  public body!: string;
}

@modelOptions({
  schemaOptions: { collection: 'callsSeen', versionKey: false },
  options: { disableCaching: true },
})
class SeenRecord {
  /** The id of the user. */
  @prop({ type: String, required: true })
  public _id!: string;

  @prop({ type: Date, required: true })
  public until!: Date;
}

/** Calls that have ended, and which of them were seen, in MongoDB. Resolves once the indexes exist. */
export async function mongoCalls(connection: Connection, attempt: Attempt): Promise<CallStore> {
  const model = getModelForClass(CallRecord, { existingConnection: connection });
  const seen = getModelForClass(SeenRecord, { existingConnection: connection });
  await model.createIndexes();

  return {
    async record({ id: callId, createdAt, body }, userIds) {
      if (userIds.length === 0) return;
      const writes = userIds.map((userId) => ({
        updateOne: {
          filter: { _id: `${userId} ${callId}` },
          update: { $setOnInsert: { userId, callId, createdAt, body } },
          upsert: true,
        },
      }));
      // A copy that another server stores at the same moment is refused as a duplicate, and tried again.
      await attempt(() => model.bulkWrite(writes, { ordered: false }));
    },
    async list(userId, since, first, after) {
      const older = after && {
        $or: [
          { createdAt: { $lt: after.createdAt } },
          { createdAt: after.createdAt, callId: { $lt: after.id } },
        ],
      };
      // One more than asked for says whether there is a next page.
      const records = await attempt(() =>
        model
          .find({ userId, createdAt: { $gt: since }, ...older })
          .sort({ createdAt: -1, callId: -1 })
          .limit(first + 1)
          .lean()
          .exec(),
      );
      return {
        calls: records
          .slice(0, first)
          .map(({ callId, createdAt, body }) => ({ id: callId, createdAt, body })),
        hasNextPage: records.length > first,
      };
    },
    async seenUntil(userId) {
      return (await attempt(() => seen.findById(userId).lean().exec()))?.until ?? null;
    },
    async markSeen(userId, until) {
      const options = { upsert: true, returnDocument: 'after' } as const;
      const record = await attempt(() =>
        seen.findByIdAndUpdate(userId, { $max: { until } }, options).lean().exec(),
      );
      return record?.until ?? until;
    },
    async deleteByUser(userId) {
      await attempt(() => model.deleteMany({ userId }).exec());
      await attempt(() => seen.deleteOne({ _id: userId }).exec());
    },
    async deleteUntil(time) {
      const { deletedCount } = await attempt(() =>
        model.deleteMany({ createdAt: { $lte: time } }).exec(),
      );
      return deletedCount;
    },
  };
}
