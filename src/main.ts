#!/usr/bin/env node
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { createLog } from './transport/log.ts';

try {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const app = await createApp(config, { log });
  if (config.production) {
    log.info({ url: app.url, store: app.store }, 'PeerQL is up');
  } else {
    process.stdout.write(
      `PeerQL is up. Call page: ${app.url}  GraphiQL and API: ${app.url}/graphql  Data: ${app.store}\n`,
    );
  }

  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) {
        // Asked twice: whoever asks does not want to wait.
        if (signal === 'SIGINT') process.exit(130);
        return;
      }
      stopping = true;
      log.info({ signal }, 'PeerQL stops');
      app.close().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'PeerQL could not stop in order');
          process.exit(1);
        },
      );
    });
  }
} catch (error) {
  process.stderr.write(`PeerQL cannot start. ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
