import { announce } from '../harness/rpc.ts';

// The product itself, as built: createApp with the environment's configuration. What an ablation turns
// off comes as an argument, in the form of createApp's overrides.

interface Product {
  createApp(config: unknown, overrides: object): Promise<{ url: string }>;
  readConfig(env: NodeJS.ProcessEnv): unknown;
}

const dist = new URL('../../../dist/', import.meta.url);
const { createApp, readConfig } = (await import(new URL('server/app.js', dist).href)) as Product;

const overrides = JSON.parse(process.argv[2] ?? '{}') as object;
const { url } = await createApp(readConfig(process.env), overrides);
announce({ port: Number(new URL(url).port) });
