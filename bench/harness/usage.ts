/** What a process has used since it started, and what it holds now. */
export interface Usage {
  /** User and system time of all its threads, in microseconds. */
  cpuMicros: number;
  rssBytes: number;
  heapBytes: number;
}

export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpuMicros: user + system, rssBytes: rss, heapBytes: heapUsed };
}
