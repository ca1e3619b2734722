import { getModelForClass, modelOptions, prop } from '@typegoose/typegoose';
import type { Connection } from 'mongoose';
import type { AllowedCallers, Reach, ReachStore } from '../../domain/people/ports.ts';
import type { Attempt } from './attempt.ts';

@modelOptions({
  schemaOptions: { collection: 'reachability', versionKey: false },
  options: { disableCaching: true },
})
class ReachRecord {
  /** The id of the user. */
  @prop({ type: String, required: true })
  public _id!: string;

  @prop({ type: String })
  public allowCallsFrom?: AllowedCallers;

  @prop({ type: Boolean })
  public showPresence?: boolean;

  @prop({ type: Boolean })
  public callWaiting?: boolean;
}

/** Who may reach people, in MongoDB. */
export function mongoReach(connection: Connection, attempt: Attempt): ReachStore {
  const model = getModelForClass(ReachRecord, { existingConnection: connection });

  return {
    async find(userId) {
      return toReach(await attempt(() => model.findById(userId).lean().exec()));
    },
    async findMany(userIds) {
      const records = await attempt(() =>
        model
          .find({ _id: { $in: userIds } })
          .lean()
          .exec(),
      );
      return new Map(records.map((record) => [record._id, toReach(record)]));
    },
    async update(userId, change) {
      const options = { upsert: true, returnDocument: 'after' } as const;
      const update = Object.keys(change).length === 0 ? {} : { $set: change };
      return toReach(
        await attempt(() => model.findByIdAndUpdate(userId, update, options).lean().exec()),
      );
    },
    async deleteByUser(userId) {
      await attempt(() => model.deleteOne({ _id: userId }).exec());
    },
  };
}

function toReach(record: ReachRecord | null): Partial<Reach> {
  const { allowCallsFrom, showPresence, callWaiting } = record ?? {};
  return {
    ...(allowCallsFrom === undefined ? {} : { allowCallsFrom }),
    ...(showPresence === undefined ? {} : { showPresence }),
    ...(callWaiting === undefined ? {} : { callWaiting }),
  };
}
