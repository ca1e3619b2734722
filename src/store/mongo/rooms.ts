import { getModelForClass, index, modelOptions, prop } from '@typegoose/typegoose';
import type { Connection } from 'mongoose';
import type { Clock } from '../../domain/clock.ts';
import { readBans, writeBan } from '../../domain/rooms/bans.ts';
import type { PagePlace, RoomPage, RoomStore } from '../../domain/rooms/ports.ts';
import type { Room, RoomAccess } from '../../domain/rooms/room.ts';
import type { Attempt } from './attempt.ts';

@modelOptions({
  schemaOptions: { collection: 'rooms', versionKey: false },
  options: { disableCaching: true },
})
@index({ hostId: 1, createdAt: -1, _id: -1 })
@index({ createdAt: -1, _id: -1 })
@index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
class RoomRecord {
  @prop({ type: String, required: true })
  public _id!: string;

  @prop({ type: String, default: null })
  public name!: string | null;

  @prop({ type: String, required: true })
  public hostId!: string;

  @prop({ type: String, required: true })
  public hostName!: string;

  @prop({ type: Number, required: true })
  public capacity!: number;

  @prop({ type: String, default: 'OPEN' })
  public access!: RoomAccess;

  @prop({ type: Boolean, default: false })
  public allowGuests!: boolean;

  @prop({ type: Boolean, default: false })
  public relayOnly!: boolean;

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
    list: (first, after) => page({}, first, after),
    async update(id, { name, capacity, access, allowGuests, relayOnly }) {
      const change = {
        ...(name === undefined ? {} : { name }),
        ...(capacity === undefined ? {} : { capacity }),
        ...(access === undefined ? {} : { access }),
        ...(allowGuests === undefined ? {} : { allowGuests }),
        ...(relayOnly === undefined ? {} : { relayOnly }),
      };
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

function toRoom(record: RoomRecord): Room {
  return {
    id: record._id,
    name: record.name,
    owner: { id: record.hostId, name: record.hostName, isGuest: false },
    capacity: record.capacity,
    // Records from before rooms had these fields do not have them.
    access: record.access ?? 'OPEN',
    allowGuests: record.allowGuests ?? false,
    relayOnly: record.relayOnly ?? false,
    revision: record.revision ?? 0,
    banned: readBans(record.banned ?? []),
    createdAt: record.createdAt,
    expiresAt: record.expiresAt,
  };
}
