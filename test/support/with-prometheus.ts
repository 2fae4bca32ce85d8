import { isOnPath, MONITORING } from './program.js';

/** `describe`, or its skipping form with a line that says so where there is no Prometheus. */
export const describeWithPrometheus: jest.Describe = ((): jest.Describe => {
  const missing = MONITORING.filter((name) => !isOnPath(name));
  if (missing.length === 0) return describe;
  process.stderr.write(`There is no ${missing.join(', ')} on the PATH: what needs it is left out.\n`);
  return describe.skip;
})();
