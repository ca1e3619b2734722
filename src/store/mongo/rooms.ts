import { getModelForClass, index, modelOptions, prop } from '@typegoose/typegoose';
import type { Connection } from 'mongoose';
import type { Clock } from '../../domain/clock.ts';
import { readBans, writeBan } from '../../domain/rooms/bans.ts';
import type { PagePlace, RoomPage, RoomStore } from '../../domain/rooms/ports.ts';
import { type Room, type RoomSettings, settingsOf } from '../../domain/rooms/room.ts';
import type { Attempt } from './attempt.ts';

@modelOptions({
  // The settings are fields too, named as in the domain.
  schemaOptions: { collection: 'rooms', versionKey: false, strict: false },
  options: { disableCaching: true },
})
@index({ hostId: 1, createdAt: -1, _id: -1 })
@index({ createdAt: -1, _id: -1 })
@index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
class RoomRecord {
  @prop({ type: String, required: true })
  public _id!: string;

  @prop({ type: String, required: true })
  public hostId!: string;

  @prop({ type: String, required: true })
  public hostName!: string;

  @prop({ type: Number, default: 0 })
  public revision!: number;

  @prop({ type: () => [String], default: [] })
  public banned!: string[];

  @prop({ type: Date, required: true })
  public createdAt!: Date;

  @prop({ type: Date, required: true })
  public expiresAt!: Date;
}

/** Rooms in MongoDB, which deletes expired ones itself. Resolves once the indexes exist. */
export async function mongoRooms(
  connection: Connection,
  attempt: Attempt,
  clock: Clock,
): Promise<RoomStore> {
  const model = getModelForClass(RoomRecord, { existingConnection: connection });
  await model.createIndexes();
  // MongoDB deletes about once a minute and by its own clock, so expiry has to be checked here.
  const live = () => ({ expiresAt: { $gt: new Date(clock.now()) } });

  async function page(
    filter: { hostId?: string },
    first: number,
    after: PagePlace | null,
  ): Promise<RoomPage> {
    const older = after && {
      $or: [
        { createdAt: { $lt: after.createdAt } },
        { createdAt: after.createdAt, _id: { $lt: after.id } },
      ],
    };
    // One more than asked for says whether there is a next page.
    const records = await attempt(() =>
      model
        .find({ ...filter, ...live(), ...older })
        .sort({ createdAt: -1, _id: -1 })
        .limit(first + 1)
        .lean()
        .exec(),
    );
    return { rooms: records.slice(0, first).map(toRoom), hasNextPage: records.length > first };
  }

  return {
    async insert({ id, owner, banned, ...fields }) {
      const record = {
        _id: id,
        hostId: owner.id,
        hostName: owner.name,
        banned: banned.flatMap(writeBan),
      };
      await attempt(() => model.insertOne({ ...fields, ...record }));
    },
    async find(id) {
      const record = await attempt(() =>
        model
          .findOne({ _id: id, ...live() })
          .lean()
          .exec(),
      );
      return record && toRoom(record);
    },
    listByOwner: (ownerId, first, after) => page({ hostId: ownerId }, first, after),
    countByOwner: (hostId) => attempt(() => model.countDocuments({ hostId, ...live() }).exec()),
    list: (first, after) => page({}, first, after),
    async update(id, change) {
      const record = await attempt(() =>
        model
          .findOneAndUpdate(
            { _id: id, ...live() },
            { $set: change, $inc: { revision: 1 } },
            { returnDocument: 'after' },
          )
          .lean()
          .exec(),
      );
      return record && toRoom(record);
    },
    async ban(id, ban) {
      const banned = { $each: writeBan(ban) };
      const { matchedCount } = await attempt(() =>
        model.updateOne({ _id: id, ...live() }, { $addToSet: { banned } }).exec(),
      );
      return matchedCount > 0;
    },
    async renameOwner(hostId, hostName) {
      const change = { $set: { hostName }, $inc: { revision: 1 } };
      await attempt(() => model.updateMany({ hostId, hostName: { $ne: hostName } }, change).exec());
    },
    async unban(id, userId) {
      // Ids are hex, so they need no escaping in a pattern. Any other text is no user's id.
      const texts = /^\w+$/.test(userId) ? [userId, new RegExp(`^${userId} `)] : [userId];
      const record = await attempt(() =>
        model
          .findOneAndUpdate(
            { _id: id, ...live() },
            { $pull: { banned: { $in: texts } } },
            { returnDocument: 'after' },
          )
          .lean()
          .exec(),
      );
      return record && toRoom(record);
    },
    async extend(id, expiresAt) {
      await attempt(() => model.updateOne({ _id: id, ...live() }, { $max: { expiresAt } }).exec());
    },
    async delete(id) {
      const { deletedCount } = await attempt(() => model.deleteOne({ _id: id, ...live() }).exec());
      return deletedCount > 0;
    },
    async deleteExpired() {
      const expired = { expiresAt: { $lte: new Date(clock.now()) } };
      const { deletedCount } = await attempt(() => model.deleteMany(expired).exec());
      return deletedCount;
    },
  };
}

function toRoom(record: RoomRecord & Partial<RoomSettings>): Room {
  return {
    // Records from before rooms had some of these fields do not have them.
    ...settingsOf({ capacity: 0, ...record }),
    id: record._id,
    owner: { id: record.hostId, name: record.hostName, isGuest: false },
    revision: record.revision ?? 0,
    banned: readBans(record.banned ?? []),
    createdAt: record.createdAt,
    expiresAt: record.expiresAt,
  };
}
