import type { GraphQLSchema } from 'graphql';
import { addAccounts } from './accounts.ts';
import { addAdmin } from './admin.ts';
import { addAdminPeople } from './admin-people.ts';
import { withBudgets } from './budgeted-schema.ts';
import { builder } from './builder.ts';
import { addChat } from './chat.ts';
import { addGuests } from './guests.ts';
import { addIceServers } from './ice-servers.ts';
import { addInvitation } from './invitation.ts';
import { addLobby } from './lobby.ts';
import { addMail } from './mail.ts';
import { addModeration } from './moderation.ts';
import { addOutside } from './outside.ts';
import { addOwnAccount } from './own-account.ts';
import { addRoomEvents } from './room-events.ts';
import { addRooms } from './rooms.ts';
import { addSessions } from './sessions.ts';
import { addSignaling } from './signaling.ts';

// Each is called by name: a bundler would drop a file from which nothing is used.
addAccounts();
addOwnAccount();
addSessions();
addOutside();
addMail();
addRooms();
addGuests();
addInvitation();
addRoomEvents();
addSignaling();
addChat();
addLobby();
addModeration();
addAdmin();
addAdminPeople();
addIceServers();

export const schema: GraphQLSchema = withBudgets(builder.toSchema());
