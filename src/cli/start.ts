import type { ProcessLog } from '../observability/process-log.ts';
import type { App } from '../server/app.ts';
import { type Command, UsageError } from './command.ts';
import { StopSignals } from './stop-signals.ts';

/** Runs the server until it is told to stop. */
export const start: Command = {
  parameters: '',
  summary: 'run the server (the default command)',
  help: `
Serves the API, GraphiQL and the call page until SIGTERM, SIGINT or SIGHUP. Then it refuses new work, tells every
client to reconnect, and ends. A second signal, or one during the start, ends it at once.
SIGUSR2 turns the debug lines of the log on and off.

Exit code: 0 stopped by a signal, 1 it could not start, or not stop properly.`,
  async run(args, terminal) {
    if (args.length > 0) throw new UsageError(`start takes no ${args[0]}.`);
    const signals = new StopSignals();
    // These imports take time, so they are loaded after the signal handlers are set.
    const [{ createApp }, { readConfig }, { openLog, toggleDebug }] = await Promise.all([
      import('../server/app.ts'),
      import('../config/config.ts'),
      import('../observability/process-log.ts'),
    ]);
    const config = readConfig(terminal.env);
    const log = await openLog(config);
    const app = await createApp(config, { log }).catch(async (error: unknown) => {
      await log.close();
      throw error;
    });
    if (config.production) {
      log.info({ url: app.url, store: app.store }, 'PeerQL is up');
    } else {
      terminal.print(
        `PeerQL is up. Call page: ${app.url}  GraphiQL and API: ${app.url}/graphql  Data: ${app.store}`,
      );
    }
    process.on('SIGUSR2', () => toggleDebug(log, config.logLevel));
    return stopped(app, log, signals);
  },
};

/** Resolves to the exit code once a signal has stopped the server. */
function stopped(app: App, log: ProcessLog, signals: StopSignals): Promise<number> {
  return new Promise((resolve) => {
    const end = (exitCode: number) => log.close().finally(() => resolve(exitCode));
    signals.onStop((signal) => {
      log.info({ signal }, 'PeerQL stops');
      app.close().then(
        () => end(0),
        (error: unknown) => {
          log.error({ err: error }, 'PeerQL could not stop properly');
          end(1);
        },
      );
    });
  });
}
