import { createServer } from 'node:http';
import next from 'next';
import { createHandler, readConfig } from 'peerql';

const app = next({ dev: process.env.NODE_ENV !== 'production' });
await app.prepare();
const pages = app.getRequestHandler();
const calls = await createHandler(readConfig(process.env), { path: '/calls' });

const server = createServer((request, response) => {
  calls.handle(request, response, () => pages(request, response));
});
// Next handles its own upgrades, and ignores others.
server.on('upgrade', calls.upgrade);

server.listen(process.env.PORT ?? 3000, () => {
  console.log(`http://localhost:${server.address().port}`);
});

process.once('SIGTERM', async () => {
  await calls.close();
  server.close();
  server.closeAllConnections();
  await app.close();
});
