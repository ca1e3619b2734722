import type { Goal } from './goals.ts';
import type { Spread } from './statistics.ts';
import type { Row } from './summary.ts';

const columns = [
  'workload',
  'server',
  'CPU µs / unit',
  'PeerQL ÷ this',
  'units / s',
  'p50 ms',
  'p99 ms',
  'p99.9 ms',
  'lost/rep./reord.',
  'generator',
  'rounds',
];

/** The one table of a run, as Markdown. */
export function table(rows: readonly Row[], goals: readonly Goal[]): string {
  const cells = rows.map((row, index) => [
    row.title === rows[index - 1]?.title ? '' : `${row.title} (unit: ${row.unit})`,
    row.label,
    spreadText(row.cpu),
    row.server === 'peerql' ? '1' : spreadText(row.ratio, 2),
    row.perSecond ? count(row.perSecond.median) : '–',
    middle(row.p50),
    middle(row.p99),
    middle(row.p999),
    `${row.lost}/${row.repeated}/${row.reordered}`,
    row.generator ? `${Math.round(row.generator.median * 100)} %` : '–',
    `${row.rounds}${row.void > 0 ? `, ${row.void} void` : ''}${countsText(row.counts)}${redisText(row.redis)}`,
  ]);
  const goalCells = goals.map((goal) => [
    goal.what,
    goal.bound,
    spreadText(goal.measured, 2),
    goal.met === null ? 'no figure' : goal.met ? 'met' : 'MISSED',
  ]);
  return `${markdown(columns, cells)}\n\n${markdown(['what PeerQL holds itself to', 'bound', 'median (spread)', ''], goalCells)}`;
}

function markdown(head: readonly string[], rows: readonly string[][]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function spreadText(found: Spread | null, digits?: number): string {
  if (!found) return '–';
  const { median, min, max } = found;
  return `${figure(median, digits)} (${figure(min, digits)}–${figure(max, digits)})`;
}

function middle(found: Spread | null): string {
  return found ? figure(found.median) : '–';
}

function figure(value: number, digits?: number): string {
  if (digits !== undefined) return value.toFixed(digits);
  if (value >= 100) return count(value);
  return value.toFixed(value >= 10 ? 1 : 2);
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function redisText(found: Spread | null): string {
  return found ? `; Redis ${figure(found.median)} µs / unit` : '';
}

function countsText(counts: Record<string, number>): string {
  const shown = Object.entries(counts).filter(([, value]) => value > 0);
  return shown.length > 0 ? `; ${shown.map(([name, value]) => `${value} ${name}`).join(', ')}` : '';
}
