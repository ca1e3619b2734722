import { getModelForClass, index, modelOptions, prop } from '@typegoose/typegoose';
import type { Connection } from 'mongoose';
import type { Delivery, WebhookOutbox } from '../../domain/webhooks/ports.ts';
import type { Attempt } from './attempt.ts';

@modelOptions({
  schemaOptions: { collection: 'webhooks', versionKey: false },
  options: { disableCaching: true },
})
@index({ messageId: 1, url: 1 }, { unique: true })
@index({ url: 1, roomId: 1, place: 1 })
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
}

/** Webhooks that wait, in MongoDB. Resolves once the indexes stand. */
export async function mongoWebhooks(
  connection: Connection,
  attempt: Attempt,
): Promise<WebhookOutbox> {
  const model = getModelForClass(WebhookRecord, { existingConnection: connection });
  await model.createIndexes();

  return {
    async append(deliveries) {
      await attempt(() =>
        model.bulkWrite(
          deliveries.map(({ id: messageId, url, ...rest }) => ({
            updateOne: {
              filter: { messageId, url },
              update: { $setOnInsert: { ...rest, dueAt: 0 } },
              upsert: true,
            },
          })),
          { ordered: false },
        ),
      );
    },
    async claim(now, until, limit) {
      const firsts = await attempt(() =>
        model
          .aggregate<{ first: WebhookRecord }>([
            { $sort: { url: 1, roomId: 1, place: 1 } },
            { $group: { _id: { url: '$url', roomId: '$roomId' }, first: { $first: '$$ROOT' } } },
            { $match: { 'first.dueAt': { $lte: now } } },
            { $sort: { 'first.dueAt': 1, 'first.place': 1 } },
            { $limit: limit },
          ])
          .exec(),
      );
      const claimed: Delivery[] = [];
      for (const { first } of firsts) {
        const { messageId, url, dueAt } = first;
        // Only as it was seen: another node may have taken it meanwhile.
        const taken = await attempt(() =>
          model
            .findOneAndUpdate({ messageId, url, dueAt }, { $set: { dueAt: until } })
            .lean()
            .exec(),
        );
        if (taken !== null) claimed.push(toDelivery(taken));
      }
      return claimed;
    },
    async postpone({ id: messageId, url }, dueAt) {
      const change = { $set: { dueAt }, $inc: { attempts: 1 } };
      await attempt(() => model.updateOne({ messageId, url }, change).exec());
    },
    async remove({ id: messageId, url }) {
      await attempt(() => model.deleteOne({ messageId, url }).exec());
    },
  };
}

function toDelivery(record: WebhookRecord): Delivery {
  const { messageId: id, url, roomId, place, body, createdAt, attempts } = record;
  return { id, url, roomId, place, body, createdAt, attempts };
}
