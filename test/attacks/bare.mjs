// A server that reads what it is sent and does nothing with it. What attackers send to it costs calls at another server
// only what the machine itself takes.
import { createServer } from 'node:net';

const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.resume();
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
