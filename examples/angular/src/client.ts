import { createClient } from '@peerql/client';

export const client = createClient();
