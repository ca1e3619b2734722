import { fastify } from 'fastify';
import { createHandler, readConfig } from 'peerql';

const calls = await createHandler(readConfig(process.env), { path: '/calls' });

const app = fastify({ forceCloseConnections: true });
// Runs before Fastify reads bodies. Requests outside /calls continue to the routes.
app.addHook('onRequest', (request, reply, done) => {
  calls.handle(request.raw, reply.raw, done);
});
app.get('/', (_request, reply) => {
  reply.type('text/html').send('<a href="/calls/">Calls</a>');
});

app.server.on('upgrade', (request, socket, head) => {
  if (!calls.upgrade(request, socket, head)) socket.destroy();
});

console.log(await app.listen({ port: Number(process.env.PORT ?? 3000) }));

process.once('SIGTERM', async () => {
  await calls.close();
  await app.close();
});
