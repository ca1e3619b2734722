import { getModelForClass, index, modelOptions, prop } from '@typegoose/typegoose';
import type { Connection } from 'mongoose';
import { withoutName } from '../../domain/webhooks/message.ts';
import type { Delivery, WebhookOutbox } from '../../domain/webhooks/ports.ts';
import type { Attempt } from './attempt.ts';

@modelOptions({
  schemaOptions: { collection: 'webhooks', versionKey: false },
  options: { disableCaching: true },
})
@index({ messageId: 1, url: 1 }, { unique: true })
@index({ url: 1, roomId: 1, place: 1 })
@index({ url: 1, dueAt: 1, place: 1 })
class WebhookRecord {
  @prop({ type: String, required: true })
  public messageId!: string;

  @prop({ type: String, required: true })
  public url!: string;

  @prop({ type: String, required: true })
  public roomId!: string;

  @prop({ type: String, required: true })
  public place!: string;

  @prop({ type: String, required: true })
  public body!: string;

  @prop({ type: Number, required: true })
  public createdAt!: number;

  @prop({ type: Number, required: true })
  public attempts!: number;

  @prop({ type: Number, required: true })
  public dueAt!: number;

  /** Whether it waits behind another message of its room. */
  @prop({ type: Boolean, required: true })
  public behind!: boolean;
}

/** How long a message behind another one is not looked at, unless that one is removed, in milliseconds. */
const BEHIND_MS = 600_000;
/** How many messages one claim looks at. */
const LOOKED_AT = 1000;

/** Webhooks that wait, in MongoDB. Resolves once the indexes exist. */
export async function mongoWebhooks(
  connection: Connection,
  attempt: Attempt,
): Promise<WebhookOutbox> {
  const model = getModelForClass(WebhookRecord, { existingConnection: connection });
  await model.createIndexes();
  const firstOf = (url: string, roomId: string) =>
    model.findOne({ url, roomId }).sort({ place: 1 }).lean().exec();

  /** Makes the first message of a room due if it is marked as behind another one. */
  const bringForward = async (url: string, roomId: string) => {
    const next = await attempt(() => firstOf(url, roomId));
    if (next?.behind !== true) return;
    const { messageId } = next;
    const change = { $set: { dueAt: 0, behind: false } };
    await attempt(() => model.updateOne({ messageId, url, behind: true }, change).exec());
  };

  return {
    async append(deliveries) {
      await attempt(() =>
        model.bulkWrite(
          deliveries.map(({ id: messageId, url, ...rest }) => ({
            updateOne: {
              filter: { messageId, url },
              update: { $setOnInsert: { ...rest, dueAt: 0, behind: false } },
              upsert: true,
            },
          })),
          { ordered: false },
        ),
      );
    },
    async count(url) {
      return attempt(() => model.countDocuments({ url }).exec());
    },
    async claim({ url, now, until, settled, limit }) {
      const due = await attempt(() =>
        model
          .find({ url, dueAt: { $lte: now }, createdAt: { $lte: settled } })
          .sort({ dueAt: 1, place: 1 })
          .limit(LOOKED_AT)
          .lean()
          .exec(),
      );
      const claimed: Delivery[] = [];
      for (const roomId of new Set(due.map((record) => record.roomId))) {
        if (claimed.length === limit) break;
        const first = await attempt(() => firstOf(url, roomId));
        // Each message behind another is looked at once, and then not again until it comes first. So a long queue costs
        // no more than a short one.
        const behind = due.filter(
          (record) => record.roomId === roomId && record.messageId !== first?.messageId,
        );
        if (behind.length > 0) {
          const messageId = { $in: behind.map((record) => record.messageId) };
          const change = { $set: { dueAt: now + BEHIND_MS, behind: true } };
          await attempt(() =>
            model.updateMany({ url, messageId, dueAt: { $lte: now } }, change).exec(),
          );
          // Another node may have removed the first one meanwhile, and found no message marked as behind it.
          await bringForward(url, roomId);
        }
        if (first === null || first.dueAt > now || first.createdAt > settled) continue;
        const { messageId, dueAt } = first;
        // Only if it is unchanged: another node may have taken it meanwhile.
        const taken = await attempt(() =>
          model
            .findOneAndUpdate({ messageId, url, dueAt }, { $set: { dueAt: until, behind: false } })
            .lean()
            .exec(),
        );
        if (taken !== null) claimed.push(toDelivery(taken));
      }
      return claimed;
    },
    async hasten({ now, until }) {
      await attempt(() =>
        model.updateMany({ createdAt: { $gt: now } }, { $set: { createdAt: now } }).exec(),
      );
      await attempt(() =>
        model
          .updateMany({ dueAt: { $gt: until }, behind: false }, { $set: { dueAt: until } })
          .exec(),
      );
      // A node may have ended between removing the first of a room and bringing the next one forward.
      const firsts = await attempt(() =>
        model
          .aggregate<{ _id: { url: string; roomId: string }; behind: boolean }>([
            { $sort: { url: 1, roomId: 1, place: 1 } },
            { $group: { _id: { url: '$url', roomId: '$roomId' }, behind: { $first: '$behind' } } },
            { $match: { behind: true } },
          ])
          .exec(),
      );
      for (const { _id } of firsts) await bringForward(_id.url, _id.roomId);
    },
    async postpone({ id: messageId, url }, dueAt) {
      const change = { $set: { dueAt }, $inc: { attempts: 1 } };
      await attempt(() => model.updateOne({ messageId, url }, change).exec());
    },
    async forgetUser(userId) {
      const telling = { body: { $regex: `"id":${JSON.stringify(userId)}` } };
      const found = await attempt(() => model.find(telling).lean().exec());
      for (const { messageId, url, body } of found) {
        const change = { $set: { body: withoutName(body, userId) } };
        await attempt(() => model.updateOne({ messageId, url }, change).exec());
      }
    },
    async remove({ id: messageId, url, roomId }) {
      await attempt(() => model.deleteOne({ messageId, url }).exec());
      await bringForward(url, roomId);
    },
  };
}

function toDelivery(record: WebhookRecord): Delivery {
  const { messageId: id, url, roomId, place, body, createdAt, attempts } = record;
  return { id, url, roomId, place, body, createdAt, attempts };
}
