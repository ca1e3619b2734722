import { createServer } from 'node:http';
import express from 'express';
import { ExpressPeerServer } from 'peer';
import { listening } from './listening.ts';

// PeerServer has no rooms and no presence: it relays between ids. It does not answer signals.

const app = express();
const server = createServer(app);
app.use('/', ExpressPeerServer(server, { path: '/', concurrent_limit: 100_000 }));
listening(server);
