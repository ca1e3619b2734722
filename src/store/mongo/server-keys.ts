import { getModelForClass, modelOptions, prop } from '@typegoose/typegoose';
import type { Connection } from 'mongoose';
import type { ServerKeyStore } from '../../domain/people/ports.ts';
import type { Attempt } from './attempt.ts';

@modelOptions({
  schemaOptions: { collection: 'serverKeys', versionKey: false },
  options: { disableCaching: true },
})
class ServerKeyRecord {
  /** The name. */
  @prop({ type: String, required: true })
  public _id!: string;

  @prop({ type: String, required: true })
  public value!: string;
}

/** Keys of the servers in MongoDB. */
export function mongoServerKeys(connection: Connection, attempt: Attempt): ServerKeyStore {
  const model = getModelForClass(ServerKeyRecord, { existingConnection: connection });

  return {
    async ensure(name, made) {
      const options = { upsert: true, returnDocument: 'after' } as const;
      const record = await attempt(() =>
        model
          .findByIdAndUpdate(name, { $setOnInsert: { value: made } }, options)
          .lean()
          .exec(),
      );
      return record?.value ?? made;
    },
  };
}
