import { judge, type Series, settled } from './flatness.ts';

const WIDTH = 900;
const PANEL = 170;
const LEFT = 90;
const RIGHT = 40;
const TOP = 56;
const GAP = 48;

/** Draws each figure over time in a separate panel, from zero, with its trend line. */
export function plot(title: readonly string[], all: readonly Series[]): string {
  const height = TOP + all.length * (PANEL + GAP) + 10;
  const panels = all.map((series, index) => panel(series, TOP + index * (PANEL + GAP)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...title.map(
      (line, index) =>
        `<text x="${LEFT}" y="${20 + index * 18}" font-size="${15 - index * 3}">${asText(line)}</text>`,
    ),
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function panel(series: Series, top: number): string {
  const { name, unit, points } = series;
  const verdict = judge(series);
  const end = points.at(-1)?.minute ?? 1;
  const highest = Math.max(...points.map(({ value }) => value), 1e-9) * 1.1;
  const x = (minute: number) => LEFT + (minute / end) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => top + GAP / 2 + (PANEL - GAP / 2) * (1 - value / highest);
  const path = points.map(({ minute, value }) => `${at(x(minute))},${at(y(value))}`).join(' ');
  const counted = settled(points);
  const [from, to] = [counted[0]?.minute ?? 0, counted.at(-1)?.minute ?? end];
  const line = [
    `M${at(x(from))},${at(y(verdict.mean - verdict.rise / 2))}`,
    `L${at(x(to))},${at(y(verdict.mean + verdict.rise / 2))}`,
  ].join(' ');
  const ticks = [0, 0.5, 1].map((share) => {
    const value = (highest / 1.1) * share;
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(value))}" y2="${at(y(value))}" stroke="#ddd"/><text x="${LEFT - 6}" y="${at(y(value) + 4)}" text-anchor="end">${figure(value)}</text>`;
  });
  const minutes = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const minute = end * share;
    return `<text x="${at(x(minute))}" y="${top + PANEL + 16}" text-anchor="middle">${figure(minute)} min</text>`;
  });
  const word = verdict.flat ? 'flat' : 'RISES';
  const told = `${name} (${unit}): mean ${figure(verdict.mean)}, rises ${figure(verdict.rise)} ± ${figure(2 * verdict.error)}, may rise ${figure(verdict.mayRise)}: ${word}`;
  return [
    `<text x="${LEFT}" y="${top + 14}" fill="${verdict.flat ? '#222' : '#b00'}">${asText(told)}</text>`,
    ...ticks,
    ...minutes,
    `<polyline points="${path}" fill="none" stroke="#2563eb" stroke-width="1.5"/>`,
    `<path d="${line}" stroke="#e11d48" stroke-width="1.5" stroke-dasharray="6 4"/>`,
  ].join('\n');
}

function at(value: number): string {
  return value.toFixed(1);
}

function figure(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

function asText(text: string): string {
  return text.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
}
