import type { ProcessLog } from '../observability/process-log.ts';
import type { App } from '../server/app.ts';
import { type Command, UsageError } from './command.ts';
import { StopSignals } from './stop-signals.ts';

/** Serves until it is told to stop. */
export const start: Command = {
  parameters: '',
  summary: 'serve (what peerql does without a command)',
  help: `
Serves the API, GraphiQL and the call page until SIGTERM or SIGINT. Then it refuses new work, tells every client
to come back elsewhere, and ends; a second signal ends it at once, as does one while it starts.
SIGUSR2 turns debug lines of the log on and off.

Exit code: 0 it was told to stop, 1 it could not start or not stop in order.`,
  async run(args, terminal) {
    if (args.length > 0) throw new UsageError(`start takes no ${args[0]}.`);
    const signals = new StopSignals();
    // What takes its time to load is loaded when signals are heard already.
    const [{ createApp }, { readConfig }, { createLog, toggleDebug }] = await Promise.all([
      import('../server/app.ts'),
      import('../config/config.ts'),
      import('../observability/process-log.ts'),
    ]);
    const config = readConfig(terminal.env);
    const log = createLog(config.logLevel);
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
          log.error({ err: error }, 'PeerQL could not stop in order');
          end(1);
        },
      );
    });
  });
}
