import './accounts.ts';
import './own-account.ts';
import './sessions.ts';
import './mail.ts';
import './rooms.ts';
import './guests.ts';
import './invitation.ts';
import './room-events.ts';
import './signaling.ts';
import './chat.ts';
import './lobby.ts';
import './moderation.ts';
import './admin.ts';
import type { GraphQLSchema } from 'graphql';
import { withBudgets } from './budgeted-schema.ts';
import { builder } from './builder.ts';

export const schema: GraphQLSchema = withBudgets(builder.toSchema());
