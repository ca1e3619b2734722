import { createServer } from 'node:http';
import { createHandler, readConfig } from 'peerql';

const calls = await createHandler(readConfig(process.env), { path: '/calls' });

const server = createServer((request, response) => {
  // Requests outside /calls are this server's own.
  calls.handle(request, response, () => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<a href="/calls/">Calls</a>');
  });
});

server.on('upgrade', (request, socket, head) => {
  // This server's own WebSockets would be accepted here.
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
