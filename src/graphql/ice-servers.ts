import type { IceServer, IceServers } from '../domain/signaling/ice-servers.ts';
import { builder } from './builder.ts';
import { signedIn } from './context.ts';

const IceServerType = builder.objectRef<IceServer>('IceServer').implement({
  description: 'The fields of `RTCIceServer`.',
  fields: (t) => ({
    urls: t.field({
      type: ['String'],
      description: '`stun:`, `turn:` or `turns:` URLs (RFC 7064, RFC 7065).',
      resolve: ({ urls }) => urls,
    }),
    username: t.exposeString('username', { nullable: true, description: 'For TURN.' }),
    credential: t.exposeString('credential', { nullable: true, description: 'For TURN.' }),
  }),
});

export const IceServersType = builder.objectRef<IceServers>('IceServers').implement({
  description: 'STUN and TURN servers, with credentials for the caller.',
  fields: (t) => ({
    servers: t.expose('servers', {
      type: [IceServerType],
      description: 'What to give to `RTCPeerConnection`.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the credentials expire; null if there are none.',
    }),
  }),
});

/** Adds the fields of this file to the schema. */
export function addIceServers(): void {
  builder.queryField('iceServers', (t) =>
    t.field({
      type: IceServersType,
      description:
        'STUN servers; for a room that the caller is in or waits for, also TURN servers with fresh credentials. NOT_IN_ROOM in `errors` for any other room, INVALID_INPUT for a caller who may enter only one room and names none.',
      args: {
        roomId: t.arg.id({
          description: 'The room that the credentials are for. Without it: only STUN servers.',
        }),
      },
      resolve: (_root, { roomId }, context) =>
        context.services.iceRequests.answer(signedIn(context), roomId ?? null),
    }),
  );
}
