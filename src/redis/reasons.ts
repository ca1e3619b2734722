/** Redis 7.0 answers a script that its user may not do something without a code. */
const FORBIDDEN = /\bNOPERM\b|can't access this channel|user executing the script can't/i;

/** Whatever else only an operator can change. */
const MISTAKEN =
  /\b(WRONGPASS|NOAUTH|DENIED|MOVED)\b|invalid (username-)?password|DB index|unknown (redis )?command|cluster support disabled/i;

/** What an answer or an error of Redis means for the operator, by the code in it. */
const REASONS: readonly (readonly [code: RegExp, reason: string])[] = [
  [/\bOOM\b/, 'Redis is out of memory and refuses writes (maxmemory with noeviction).'],
  [/\bREADONLY\b/, 'Redis is a replica now and takes no writes: there was a failover.'],
  [/\bNOREPLICAS\b/, 'Redis refuses writes: too few replicas follow it (min-replicas-to-write).'],
  [/\bMISCONF\b/, 'Redis refuses writes: it cannot save to its disk.'],
  [/\bLOADING\b/, 'Redis is still loading its data.'],
  [
    /\b(WRONGPASS|NOAUTH)\b|invalid (username-)?password/,
    'Redis refuses the user or the password of REDIS_URL.',
  ],
  [
    FORBIDDEN,
    'The Redis user of REDIS_URL lacks a permission; docs/deploying.md lists those that it needs.',
  ],
  [/\bBUSY\b/, 'Redis is busy with a script of another program and answers nothing else.'],
  [
    /\bDENIED\b/,
    'Redis is in protected mode: it has no password, and accepts only programs on its own machine.',
  ],
  [
    /unknown (redis )?command/i,
    'Redis is too old, or lacks a command that it should have: Redis 7 or later is needed.',
  ],
  [/DB index/, 'REDIS_URL names a database that this Redis does not have.'],
  [
    /\bMOVED\b/,
    'REDIS_URL names one node of a Redis Cluster: name several of its nodes, separated by commas.',
  ],
  [
    /cluster support disabled/,
    'REDIS_URL names several addresses, but Redis is no Redis Cluster: name one, or its sentinels.',
  ],
  [
    /\bCLUSTERDOWN\b|None of startup nodes/,
    'The Redis Cluster is down, or some of its slots have no master.',
  ],
  [/\bMASTERDOWN\b/, 'Redis is a replica that has lost its master.'],
  [/All sentinels are unreachable/, 'No sentinel of REDIS_URL answers and names a master.'],
];

/**
 * One sentence for operators that says why Redis refuses its work, without hosts or credentials; null if Redis only
 * does not answer.
 */
export function reasonOf(error: unknown): string | null {
  const told = messagesOf(error);
  for (const [code, reason] of REASONS) if (code.test(told)) return reason;
  return null;
}

/** Whether waiting does not help, because REDIS_URL, or what its user may do, is wrong. */
export function isRefusal(error: unknown): boolean {
  const told = messagesOf(error);
  return FORBIDDEN.test(told) || MISTAKEN.test(told);
}

/** Whether it comes from a Redis that was the master and is a replica now. */
export function isReadOnly(error: unknown): boolean {
  return /\bREADONLY\b/.test(messagesOf(error));
}

function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The client of a Redis Cluster puts the last node's error into this field.
  const inner = 'lastNodeError' in error ? error.lastNodeError : error.cause;
  const code = 'code' in error ? String(error.code) : '';
  return `${code} ${error.message}${inner === undefined ? '' : ` ${messagesOf(inner)}`}`;
}
