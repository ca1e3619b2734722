// Sums what reporter.mjs wrote for each run into a folder: `N passed, N failed`. Above that line, near the end of a long
// log: the files that took longest, each failed test, hook or file with the reason, and each test that passed only at
// its second attempt.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
let passed = 0;
let failed = 0;
let skipped = 0;
const slowest = [];
for (const report of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const { sums, told, files } = JSON.parse(readFileSync(join(folder, report), 'utf8'));
  passed += sums.passed;
  failed += sums.failed;
  skipped += sums.skipped;
  slowest.push(...files.map((file) => ({ ...file, report })));
  for (const { what, file, name, reasons } of told) {
    const reason = reasons.join('\n').split('\n').slice(0, 12).join('\n    ');
    console.log(`${what}  ${report}  ${file}  ${name}\n    ${reason}`);
  }
}
slowest.sort((a, b) => b.seconds - a.seconds);
for (const { seconds, file, report } of slowest.slice(0, 20)) {
  console.log(`${String(seconds).padStart(5)} s  ${file} (${report})`);
}
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
