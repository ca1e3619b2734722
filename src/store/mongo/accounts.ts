import { getModelForClass, index, modelOptions, prop } from '@typegoose/typegoose';
import type { Connection } from 'mongoose';
import type { Account, Identity } from '../../domain/accounts/account.ts';
import type { AccountStore } from '../../domain/accounts/ports.ts';
import { EmailTakenError, PersonTakenError } from '../../domain/errors.ts';
import { type Attempt, isDuplicate } from './attempt.ts';

@modelOptions({ schemaOptions: { _id: false }, options: { disableCaching: true } })
class IdentityRecord {
  @prop({ type: String, required: true })
  public issuer!: string;

  @prop({ type: String, required: true })
  public subject!: string;

  @prop({ type: String, default: null })
  public email!: string | null;

  @prop({ type: String, default: null })
  public picture!: string | null;
}

@modelOptions({
  schemaOptions: { collection: 'accounts', versionKey: false },
  options: { disableCaching: true },
})
@index({ email: 1 }, { unique: true })
@index({ guestOf: 1 }, { sparse: true })
@index(
  { 'identity.issuer': 1, 'identity.subject': 1 },
  { unique: true, partialFilterExpression: { 'identity.issuer': { $type: 'string' } } },
)
class AccountRecord {
  @prop({ type: String, required: true })
  public _id!: string;

  @prop({ type: String, required: true })
  public name!: string;

  @prop({ type: String, required: true })
  public email!: string;

  @prop({ type: Boolean, default: false })
  public emailVerified!: boolean;

  @prop({ type: String, required: true })
  public passwordHash!: string;

  @prop({ type: Date, required: true })
  public createdAt!: Date;

  @prop({ type: Date, default: null })
  public disabledAt!: Date | null;

  @prop({ type: String, default: null })
  public guestOf!: string | null;

  @prop({ type: () => IdentityRecord, default: null })
  public identity!: IdentityRecord | null;
}

/** Accounts in MongoDB. Resolves once the indexes exist. */
export async function mongoAccounts(
  connection: Connection,
  attempt: Attempt,
): Promise<AccountStore> {
  const model = getModelForClass(AccountRecord, { existingConnection: connection });
  await model.createIndexes();

  return {
    async insert({ id, ...fields }) {
      try {
        await attempt(() => model.insertOne({ _id: id, ...fields }));
      } catch (error) {
        if (isDuplicate(error, 'email')) throw new EmailTakenError();
        throw isDuplicate(error, 'identity.subject') ? new PersonTakenError() : error;
      }
    },
    async findById(id) {
      const record = await attempt(() => model.findById(id).lean().exec());
      return record && toAccount(record);
    },
    async findMany(ids) {
      const records = await attempt(() =>
        model
          .find({ _id: { $in: ids } })
          .lean()
          .exec(),
      );
      return records.map(toAccount);
    },
    async findByEmail(email) {
      const record = await attempt(() => model.findOne({ email }).lean().exec());
      return record && toAccount(record);
    },
    async findByPerson({ issuer, subject }) {
      const person = { 'identity.issuer': issuer, 'identity.subject': subject };
      const record = await attempt(() => model.findOne(person).lean().exec());
      return record && toAccount(record);
    },
    async update(id, { name, passwordHash, emailVerified, disabledAt, identity }) {
      const change = {
        ...(name === undefined ? {} : { name }),
        ...(passwordHash === undefined ? {} : { passwordHash }),
        ...(emailVerified === undefined ? {} : { emailVerified }),
        ...(disabledAt === undefined ? {} : { disabledAt }),
        ...(identity === undefined ? {} : { identity }),
      };
      const record = await attempt(() =>
        model.findByIdAndUpdate(id, { $set: change }, { returnDocument: 'after' }).lean().exec(),
      );
      return record && toAccount(record);
    },
    async replacePasswordHash(id, current, next) {
      const change = { $set: { passwordHash: next } };
      const { matchedCount } = await attempt(() =>
        model.updateOne({ _id: id, passwordHash: current }, change).exec(),
      );
      return matchedCount > 0;
    },
    async list(first, afterId) {
      const past = afterId === null ? {} : { _id: { $gt: afterId } };
      const records = await attempt(() =>
        model.find(past).sort({ _id: 1 }).limit(first).lean().exec(),
      );
      return records.map(toAccount);
    },
    async deleteGuestsOf(roomId) {
      const found = await attempt(() => model.find({ guestOf: roomId }, { _id: 1 }).lean().exec());
      const ids = found.map(({ _id }) => _id);
      await attempt(() => model.deleteMany({ _id: { $in: ids } }).exec());
      return ids;
    },
    async roomsWithGuests() {
      const found = await attempt(() =>
        model.distinct('guestOf', { guestOf: { $type: 'string' } }).exec(),
      );
      return found.filter((roomId) => roomId !== null);
    },
    async delete(id) {
      const { deletedCount } = await attempt(() => model.deleteOne({ _id: id }).exec());
      return deletedCount > 0;
    },
    // MongoDB looks after its own files.
    async purge() {},
  };
}

function toAccount(record: AccountRecord): Account {
  return {
    id: record._id,
    name: record.name,
    email: record.email,
    // Records from before mail existed do not have this field.
    emailVerified: record.emailVerified === true,
    passwordHash: record.passwordHash,
    createdAt: record.createdAt,
    // Nor do records from before accounts could be disabled have this one.
    disabledAt: record.disabledAt ?? null,
    // The same for records from before guests existed.
    guestOf: record.guestOf ?? null,
    // The same for records from before outside issuers existed.
    identity: record.identity ? toIdentity(record.identity) : null,
  };
}

function toIdentity({ issuer, subject, email, picture }: IdentityRecord): Identity {
  return { issuer, subject, email, picture };
}
