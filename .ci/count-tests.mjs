// Sums what reporter.mjs wrote for each run into a folder: `N passed, N failed`. Above that line, near the end of a long
// log: each failed test, hook or file with the reason, and each test that passed only at its second attempt.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
let passed = 0;
let failed = 0;
let skipped = 0;
for (const report of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const { sums, told } = JSON.parse(readFileSync(join(folder, report), 'utf8'));
  passed += sums.passed;
  failed += sums.failed;
  skipped += sums.skipped;
  for (const { what, file, name, reasons } of told) {
    const reason = reasons.join('\n').split('\n').slice(0, 12).join('\n    ');
    console.log(`${what}  ${report}  ${file}  ${name}\n    ${reason}`);
  }
}
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
