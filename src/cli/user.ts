import { parseArgs } from 'node:util';
import { type Config, readConfig } from '../config/config.ts';
import type { Account } from '../domain/accounts/account.ts';
import { AccountAdministration } from '../domain/accounts/account-administration.ts';
import { OneTimeTokens } from '../domain/accounts/one-time-tokens.ts';
import { systemClock } from '../domain/clock.ts';
import { openStore } from '../store/open.ts';
import { type Command, UsageError } from './command.ts';
import { storeLog, type Terminal } from './terminal.ts';

const ACTIONS = ['list', 'disable', 'enable', 'reset-password'] as const;
type Action = (typeof ACTIONS)[number];

/** Manages accounts. */
export const user: Command = {
  parameters: 'ACTION [EMAIL]',
  summary: 'list accounts, disable or enable one, reset a password',
  help: `
  peerql user list                   every account: email, name, creation time, remarks; tab-separated
  peerql user disable EMAIL          the owner cannot sign in any more, and every session ends
  peerql user enable EMAIL           the owner can sign in again, with the old password
  peerql user reset-password EMAIL   print a link with which the owner chooses a new password, within 30 minutes

A running server refuses an ended session at its next request, and closes its sockets within a heartbeat. A sign-in to
a disabled account looks like a wrong password. The link leads to PUBLIC_URL, or to this machine if that is not
set. When it is used, every session of the account ends.

Exit code: 0 done, 1 not done (there is no such account, the store does not answer).`,
  async run(args, terminal) {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
    const [name, email, ...more] = positionals;
    const action = ACTIONS.find((each) => each === name);
    if (action === undefined) throw new UsageError(`user takes one of ${ACTIONS.join(', ')}.`);
    if ((action === 'list') !== (email === undefined) || more.length > 0) {
      throw new UsageError(
        `user ${action} takes ${action === 'list' ? 'nothing more' : 'one EMAIL'}.`,
      );
    }
    const config = readConfig(terminal.env);
    const { dataDir, mongoUri } = config;
    const store = await openStore(
      { dataDir, mongoUri },
      {
        clock: systemClock,
        log: storeLog(terminal),
      },
    );
    const administration = new AccountAdministration({
      accounts: store.accounts,
      sessions: store.sessions,
      oneTimeTokens: new OneTimeTokens({ tokens: store.oneTimeTokens, clock: systemClock }),
      clock: systemClock,
    });
    try {
      if (email === undefined) await list(administration, terminal);
      else await act(action, email, { administration, config, terminal });
    } finally {
      await store.close();
    }
    return 0;
  },
};

async function list(administration: AccountAdministration, terminal: Terminal): Promise<void> {
  let shown = 0;
  for await (const account of administration.list()) {
    const { email, name, createdAt } = account;
    const sessions = await administration.countSessions(account);
    const facts = [...special(account), `${sessions} ${sessions === 1 ? 'session' : 'sessions'}`];
    terminal.print([email, name, createdAt.toISOString(), facts.join(', ')].join('\t'));
    shown += 1;
  }
  terminal.note(`${shown} ${shown === 1 ? 'account' : 'accounts'}`);
}

function special({ disabledAt, emailVerified, guestOf }: Account): string[] {
  if (guestOf !== null) return [`guest of room ${guestOf}`];
  return [
    ...(disabledAt === null ? [] : [`disabled since ${disabledAt.toISOString()}`]),
    ...(emailVerified ? [] : ['email not verified']),
  ];
}

async function act(
  action: Action,
  email: string,
  parts: { administration: AccountAdministration; config: Config; terminal: Terminal },
): Promise<void> {
  const { administration, config, terminal } = parts;
  const account = await administration.find(email);
  if (account === null) throw new Error(`There is no account with the email ${email}.`);
  switch (action) {
    case 'disable': {
      const ended = await administration.disable(account);
      terminal.print(`${account.email} is disabled; sessions ended: ${ended}.`);
      return;
    }
    case 'enable':
      await administration.enable(account);
      terminal.print(`${account.email} may sign in again.`);
      return;
    case 'reset-password': {
      const frontend = config.publicUrl ?? `http://${config.host ?? 'localhost'}:${config.port}`;
      const { url, expiresAt } = await administration.resetLink(account, frontend);
      terminal.note(
        `Give this link to the owner of ${account.email}. It works once, until ${expiresAt.toISOString()}:`,
      );
      terminal.print(url);
      return;
    }
  }
}
