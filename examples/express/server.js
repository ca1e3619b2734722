import { createServer } from 'node:http';
import express from 'express';
import { createHandler, readConfig } from 'peerql';

const calls = await createHandler(readConfig(process.env), { path: '/calls' });

const app = express();
// PeerQL works with and without a body parser in front.
app.use(express.json());
app.use('/calls', calls.handle);
app.get('/', (_request, response) => {
  response.send('<a href="/calls/">Calls</a>');
});

// Upgrades do not pass through Express, so they need the server itself.
const server = createServer(app);
server.on('upgrade', (request, socket, head) => {
  if (!calls.upgrade(request, socket, head)) socket.destroy();
});

server.listen(process.env.PORT ?? 3000, () => {
  console.log(`http://localhost:${server.address().port}`);
});

process.once('SIGTERM', async () => {
  await calls.close();
  server.close();
  server.closeAllConnections();
});
