import 'reflect-metadata';
import type { Server } from 'node:http';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createHandler, readConfig } from 'peerql';

@Controller()
class HomeController {
  @Get()
  home(): string {
    return '<a href="/calls/">Calls</a>';
  }
}

@Module({ controllers: [HomeController] })
class AppModule {}

const calls = await createHandler(readConfig(process.env), { path: '/calls' });
const app = await NestFactory.create(AppModule, { forceCloseConnections: true });
app.use('/calls', calls.handle);

const server: Server = app.getHttpServer();
server.on('upgrade', (request, socket, head) => {
  if (!calls.upgrade(request, socket, head)) socket.destroy();
});

await app.listen(process.env.PORT ?? 3000);
console.log(await app.getUrl());

process.once('SIGTERM', async () => {
  await calls.close();
  await app.close();
});
