import { CallSeries, Timing } from './series.ts';

/**
 * Close codes that are counted separately (RFC 6455 §7.4, GraphQL over WebSocket, this API). A client can send
 * thousands of others.
 */
const CLOSE_CODES: ReadonlySet<number> = new Set([
  1000, 1001, 1005, 1006, 1009, 1011, 1012, 1013, 4400, 4401, 4403, 4406, 4408, 4409, 4429, 4500,
]);

/**
 * Everything that is counted in one server. Code that counts keeps its series, so that a signal needs no lookup. The
 * names of series come from this program, never from a client.
 */
export class Metrics {
  eventsSent = 0;
  joins = 0;
  resumed = 0;
  notResumed = 0;
  mailboxOverflows = 0;
  readonly mails = new CallSeries();
  readonly operations = new Map<string, CallSeries>();
  readonly documentsRefused = new Map<string, number>();
  readonly webhooksDropped = new Map<string, number>();
  readonly closes = new Map<string, number>();
  /** By part of the server and status, with a space between. */
  readonly requests = new Map<string, Timing>();
  readonly storeCalls = new Map<string, CallSeries>();
  readonly redisCalls = new Map<string, CallSeries>();

  /** The series of a field of Query, Mutation or Subscription. */
  operation(field: string): CallSeries {
    return seriesIn(this.operations, field, CallSeries);
  }

  /** The series of a method of the store. */
  storeCall(call: string): CallSeries {
    return seriesIn(this.storeCalls, call, CallSeries);
  }

  /** The series of a method of a port in Redis. */
  redisCall(call: string): CallSeries {
    return seriesIn(this.redisCalls, call, CallSeries);
  }

  /** The series of requests to one part of the server that were answered with one status. */
  request(route: string, status: number): Timing {
    return seriesIn(this.requests, `${route} ${status}`, Timing);
  }

  documentRefused(reason: string): void {
    increment(this.documentsRefused, reason);
  }

  webhookDropped(reason: string): void {
    increment(this.webhooksDropped, reason);
  }

  socketClosed(code: number): void {
    increment(this.closes, CLOSE_CODES.has(code) ? String(code) : 'other');
  }
}

function seriesIn<Series>(all: Map<string, Series>, name: string, make: new () => Series): Series {
  let series = all.get(name);
  if (series === undefined) {
    series = new make();
    all.set(name, series);
  }
  return series;
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
