import { parseArgs } from 'node:util';
import { type Config, ConfigError, readConfig } from '../config/config.ts';
import { systemClock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import { checkClock } from './checks/clock.ts';
import { checkConfiguration } from './checks/configuration.ts';
import { type Check, type Finding, problem } from './checks/finding.ts';
import { checkIssuers } from './checks/issuers.ts';
import { checkMail } from './checks/mail.ts';
import { checkOptional } from './checks/optional.ts';
import { checkPort } from './checks/port.ts';
import { checkRedis } from './checks/redis.ts';
import { checkStore } from './checks/store.ts';
import { checkStun, checkTurn } from './checks/turn.ts';
import type { Command } from './command.ts';
import type { Terminal } from './terminal.ts';

/** Checks everything that a server needs, and says how to fix what is wrong. */
export const check: Command = {
  parameters: '',
  summary: 'check everything that the server needs, and say how to fix it',
  help: `
Checks the configuration, the port, the store, Redis, STUN and TURN servers, the mail server, trusted issuers and
the clock, in the environment of the server, and says for each what is wrong and how to fix it. It changes
nothing and sends no mail; it uses a relay of each TURN server for a moment. Servers may run meanwhile.
What is not configured and need not be is called optional, with what it is for.

Exit code: 0 no problem (warnings do not count), 1 a problem.`,
  async run(args, terminal) {
    parseArgs({ args: [...args], options: {} });
    const config = read(terminal);
    if (config === null) return 1;
    const checks: Check[] = [
      checkConfiguration(config),
      checkPort(config),
      checkStore(config, systemClock),
      checkRedis(config),
      checkStun(config),
      checkTurn(config, systemClock),
      checkMail(config),
      checkIssuers(config),
      checkClock(systemClock),
      ...checkOptional(config),
    ];
    terminal.progress('Checking …');
    const found = await Promise.all(checks.map(look));
    terminal.endProgress();
    let problems = 0;
    for (const [index, findings] of found.entries()) {
      for (const finding of findings) {
        show(checks[index]?.name ?? '', finding, terminal);
        if (finding.state === 'problem') problems += 1;
      }
    }
    terminal.print();
    terminal.print(problems === 0 ? 'No problem.' : `Problems: ${problems}.`);
    return problems === 0 ? 0 : 1;
  },
};

function read(terminal: Terminal): Config | null {
  try {
    return readConfig(terminal.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const mistake of error.mistakes) {
      const mend = 'Change or remove this variable; docs/configuration.md explains each';
      show('configuration', problem(mistake, mend), terminal);
    }
    terminal.print();
    terminal.print(`Problems: ${error.mistakes.length}. The rest was not checked.`);
    return null;
  }
}

/** A check that fails itself is reported as a problem like any other. */
function look(check: Check): Promise<readonly Finding[]> {
  return check.look().catch((error: unknown) => {
    const reason = messageOf(error);
    return [problem(`it could not be checked: ${reason}`, 'Report this: it should not happen')];
  });
}

function show(name: string, finding: Finding, terminal: Terminal): void {
  terminal.print(`${finding.state.padEnd(9)}${name.padEnd(15)}${finding.text}.`);
  if (finding.state !== 'ok') terminal.print(`${' '.repeat(24)}→ ${finding.mend}.`);
}
