// Sums the reports of vitest's JSON reporter in a folder: `N passed, N failed`. Above that line, near the end of a long
// log: each failed test with the reason, and each test that passed only at its second attempt.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const folder = process.argv[2];
let passed = 0;
let failed = 0;
let skipped = 0;
const told = [];

function tell(what, file, name, messages) {
  const reason = messages.join('\n').split('\n').slice(0, 12).join('\n    ');
  told.push(`${what}  ${relative(process.cwd(), file)}  ${name}\n    ${reason}`);
}

for (const report of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const { testResults, ...sums } = JSON.parse(readFileSync(join(folder, report), 'utf8'));
  passed += sums.numPassedTests;
  failed += sums.numFailedTests;
  skipped += sums.numPendingTests + sums.numTodoTests;
  for (const { name: file, status, message, assertionResults } of testResults) {
    // A file that could not be loaded has no tests, and counts as one failure.
    if (status === 'failed' && assertionResults.length === 0) {
      failed += 1;
      tell('FAILED', file, '', [message]);
    }
    for (const { fullName, status: outcome, failureMessages } of assertionResults) {
      if (outcome === 'failed') tell('FAILED', file, fullName, failureMessages);
      else if (failureMessages.length > 0) tell('UNSTEADY', file, fullName, failureMessages);
    }
  }
}
if (told.length > 0) console.log(`${told.join('\n')}\n`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
