import { announce } from '../harness/rpc.ts';

// The built product: createApp with the configuration from the environment.

interface Product {
  createApp(config: unknown): Promise<{ url: string }>;
  readConfig(env: NodeJS.ProcessEnv): unknown;
}

const dist = new URL('../../../dist/', import.meta.url);
const { createApp, readConfig } = (await import(new URL('server/app.js', dist).href)) as Product;

const { url } = await createApp(readConfig(process.env));
announce({ port: Number(new URL(url).port) });
