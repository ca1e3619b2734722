// A vitest reporter for count-tests.mjs. Unlike vitest's JSON reporter it also reports errors of hooks and errors
// outside tests, which fail a run although all of its tests passed. TEST_REPORT is the file to write.
import { writeFileSync } from 'node:fs';

const { TEST_REPORT = '' } = process.env;

// The stack of a hook that took too long begins with another message than its own.
const reasons = (errors) =>
  errors.map(({ message, stack = '' }) => `${message}\n${stack.slice(stack.indexOf('\n') + 1)}`);

export default class {
  onTestRunEnd(modules, unhandledErrors) {
    const sums = { passed: 0, failed: 0, skipped: 0 };
    const told = [];
    const files = [];
    const tell = (what, file, name, errors) => {
      if (errors.length > 0) told.push({ what, file, name, reasons: reasons(errors) });
    };
    for (const module of modules) {
      const file = module.relativeModuleId;
      files.push({ file, seconds: Math.round(module.diagnostic().duration / 1000) });
      tell('FAILED', file, '(the file)', module.errors());
      for (const suite of module.children.allSuites()) {
        tell('FAILED', file, `${suite.fullName} (a hook)`, suite.errors());
      }
      for (const test of module.children.allTests()) {
        const { state, errors = [] } = test.result();
        sums[state] += 1;
        tell(state === 'failed' ? 'FAILED' : 'UNSTEADY', file, test.fullName, errors);
      }
    }
    tell('FAILED', '', '(outside of the tests)', unhandledErrors);
    writeFileSync(TEST_REPORT, JSON.stringify({ sums, told, files }));
  }
}
