'use client';

export { PeerqlProvider, type PeerqlProviderProps, useClient } from './react-client.ts';
export { type UseAccount, type UseRooms, useAccount, useRooms } from './use-account.ts';
export { type UseCall, type UseCallOptions, useCall } from './use-call.ts';
export { type UseDevices, useDevices } from './use-devices.ts';
export {
  type UseContacts,
  type UseIncomingCalls,
  useContacts,
  useIncomingCalls,
  usePresence,
} from './use-people.ts';
export { type UsePushNotifications, usePushNotifications } from './use-push.ts';
