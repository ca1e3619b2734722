import { setTimeout as delay } from 'node:timers/promises';
import { password, postJson } from '../generator/http.ts';
import { peerQL } from '../generator/protocols/peerql.ts';
import { type CallTimes, call } from './call.ts';
import type { Issuer } from './issuer.ts';
import { Line } from './ring.ts';

/** Each of these begins once in so many milliseconds, whatever the machine. */
const EVERY_MS = { call: 1000, ring: 1000, outside: 1000, signIn: 2500 };
/** How many people come from the issuer, one after the other. */
const OUTSIDERS = 50;

/** What was done in one sample's time, and how long it took, in milliseconds. */
export interface Done {
  calls: number;
  rings: number;
  outsiders: number;
  logins: number;
  /** What began later than its time, since the one before was not over. */
  late: number;
  joinP50: number;
  signalP50: number;
  signalP99: number;
  resumeP50: number;
  ringP50: number;
  outsiderP50: number;
}

export interface Surroundings {
  readonly port: number;
  /** Of two accounts for each line of calls, then two for each that rings. */
  readonly tokens: readonly string[];
  readonly lanes: number;
  readonly issuer: Issuer;
  /** An account that nobody else uses. */
  readonly email: string;
  failed(error: Error): void;
}

type Answer = { data?: Record<string, Record<string, unknown> | null>; errors?: unknown };

/**
 * Runs one mutation over HTTP; rejects if it did not succeed.
 *
 * @param input null for a mutation without any
 */
async function mutate(
  port: number,
  field: string,
  input: object | null,
  token: string,
  selection: string,
) {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  const query =
    input === null
      ? `mutation { ${field} { __typename } }`
      : `mutation ($input: ${type}Input!) { ${field}(input: $input) { __typename ... on ${type}Success { ${selection} } } }`;
  const headers: Record<string, string> = token === '' ? {} : { authorization: `Bearer ${token}` };
  const answer = await postJson<Answer>(port, '/graphql', { query, variables: { input } }, headers);
  const result = answer.data?.[field];
  if (result?.__typename !== `${type}Success`) throw new Error(JSON.stringify(answer));
  return result;
}

/** Makes every line call and ring, and people sign in and out, until `until`; resolves when everything has ended. */
export async function traffic(about: Surroundings, until: number): Promise<Done> {
  const { port, tokens, lanes, issuer, email } = about;
  const times: CallTimes = { joins: [], signals: [], resumes: [] };
  const rings: number[] = [];
  const outsiders: number[] = [];
  let [calls, logins, late] = [0, 0, 0];

  /** Begins the work at every beat; a beat at which the work before is not over is counted as late. */
  async function paced(everyMs: number, offset: number, work: () => Promise<void>) {
    for (let at = performance.now() + everyMs * offset; at < until; at += everyMs) {
      const wait = at - performance.now();
      if (wait > 0) await delay(wait);
      else if (wait < -everyMs) late += 1;
      await work().catch(about.failed);
    }
  }
  const lane = (number: number) => {
    const pair = [tokens[number * 2] ?? '', tokens[number * 2 + 1] ?? ''] as const;
    return paced(EVERY_MS.call, number / lanes, async () => {
      const { room } = await mutate(port, 'createRoom', { capacity: 2 }, pair[0], 'room { id }');
      const { id } = room as { id: string };
      const took = await call(port, id, pair);
      times.joins.push(...took.joins);
      times.signals.push(...took.signals);
      times.resumes.push(...took.resumes);
      await mutate(port, 'closeRoom', { roomId: id }, pair[0], 'roomId');
      calls += 1;
    });
  };
  /** The devices are there for one sample's time, so that none is left when it is counted what the server holds. */
  const ringing = async (number: number) => {
    const first = (lanes + number) * 2;
    const line = new Line(...(await devices(about, first)));
    await line.open();
    await paced(EVERY_MS.ring, number / lanes, async () => {
      rings.push(await line.call());
    });
    line.close();
  };
  const outside = () =>
    paced(EVERY_MS.outside, 0.3, async () => {
      const given = issuer.token(`outsider-${outsiders.length % OUTSIDERS}`);
      const began = performance.now();
      const input = { token: given, delivery: 'BEARER' };
      const { token } = await mutate(port, 'exchangeToken', input, '', 'token');
      outsiders.push(performance.now() - began);
      await mutate(port, 'logout', null, String(token), '');
    });
  const signingIn = () =>
    paced(EVERY_MS.signIn, 0.6, async () => {
      const input = { email, password, delivery: 'BEARER' };
      const { token } = await mutate(port, 'login', input, '', 'token');
      await mutate(port, 'logout', null, String(token), '');
      logins += 1;
    });
  const each = Array.from({ length: lanes }, (_, n) => n);
  await Promise.all([
    ...each.map(lane),
    ...each.map((n) => ringing(n).catch(about.failed)),
    outside(),
    signingIn(),
  ]);
  return {
    calls,
    rings: rings.length,
    outsiders: outsiders.length,
    logins,
    late,
    joinP50: quantile(times.joins, 0.5),
    signalP50: quantile(times.signals, 0.5),
    signalP99: quantile(times.signals, 0.99),
    resumeP50: quantile(times.resumes, 0.5),
    ringP50: quantile(rings, 0.5),
    outsiderP50: quantile(outsiders, 0.5),
  };
}

function devices({ port, tokens }: Surroundings, first: number) {
  const { device } = peerQL([port], { tokens: [...tokens], signalIds: false });
  if (!device) throw new Error('this server does not ring');
  return Promise.all([device(first), device(first + 1)]);
}

function quantile(list: number[], share: number): number {
  const sorted = list.sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
