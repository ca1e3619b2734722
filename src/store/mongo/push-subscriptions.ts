import { getModelForClass, index, modelOptions, prop } from '@typegoose/typegoose';
import type { Connection } from 'mongoose';
import type { Clock } from '../../domain/clock.ts';
import type { PushSubscription, PushSubscriptionStore } from '../../domain/people/ports.ts';
import { type Attempt, isDuplicate } from './attempt.ts';

@modelOptions({
  schemaOptions: { collection: 'pushSubscriptions', versionKey: false },
  options: { disableCaching: true },
})
@index({ userId: 1, createdAt: 1 })
@index({ sessionId: 1 })
class SubscriptionRecord {
  /** The hash of the endpoint. */
  @prop({ type: String, required: true })
  public _id!: string;

  @prop({ type: String, required: true })
  public endpoint!: string;

  @prop({ type: String, required: true })
  public p256dh!: string;

  @prop({ type: String, required: true })
  public auth!: string;

  @prop({ type: String, required: true })
  public userId!: string;

  @prop({ type: String, required: true })
  public sessionId!: string;

  @prop({ type: Date, required: true })
  public createdAt!: Date;
}

/** Push subscriptions in MongoDB. Resolves once the indexes exist. */
export async function mongoPushSubscriptions(
  connection: Connection,
  attempt: Attempt,
  clock: Clock,
): Promise<PushSubscriptionStore> {
  const model = getModelForClass(SubscriptionRecord, { existingConnection: connection });
  await model.createIndexes();

  return {
    async save({ id, ...fields }) {
      const { userId, p256dh, auth } = fields;
      const mayReplace = { _id: id, $or: [{ userId }, { p256dh, auth }] };
      try {
        await attempt(() => model.updateOne(mayReplace, { $set: fields }, { upsert: true }).exec());
        return true;
      } catch (error) {
        if (isDuplicate(error, '_id')) return false;
        throw error;
      }
    },
    async listOf(userId) {
      const records = await attempt(() =>
        model.find({ userId }).sort({ createdAt: 1, _id: 1 }).lean().exec(),
      );
      return records.map(toSubscription);
    },
    async delete(id, userId) {
      const { deletedCount } = await attempt(() => model.deleteOne({ _id: id, userId }).exec());
      return deletedCount > 0;
    },
    async deleteBySession(sessionId) {
      await attempt(() => model.deleteMany({ sessionId }).exec());
    },
    async deleteByUser(userId) {
      await attempt(() => model.deleteMany({ userId }).exec());
    },
    async deleteEnded() {
      const ended = await attempt(() =>
        model
          .aggregate<{ _id: string }>([
            {
              $lookup: {
                from: 'sessions',
                localField: 'sessionId',
                foreignField: '_id',
                as: 'live',
              },
            },
            {
              $match: {
                live: { $not: { $elemMatch: { expiresAt: { $gt: new Date(clock.now()) } } } },
              },
            },
            { $project: { _id: 1 } },
          ])
          .exec(),
      );
      if (ended.length === 0) return 0;
      const ids = ended.map(({ _id }) => _id);
      const { deletedCount } = await attempt(() => model.deleteMany({ _id: { $in: ids } }).exec());
      return deletedCount;
    },
  };
}

function toSubscription(record: SubscriptionRecord): PushSubscription {
  return {
    id: record._id,
    endpoint: record.endpoint,
    p256dh: record.p256dh,
    auth: record.auth,
    userId: record.userId,
    sessionId: record.sessionId,
    createdAt: record.createdAt,
  };
}
