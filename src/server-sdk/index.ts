/** For your own back end: tokens for your users, and the admin API. */
export {
  type AdminClient,
  type AdminClientOptions,
  type AdminPerson,
  type AdminRoom,
  type AdminRoomPage,
  createAdminClient,
} from './admin-client.ts';
export { AdminError } from './admin-request.ts';
export { createJoinToken, type JoinTokenOptions } from './join-token.ts';
