import { openBullQueue } from './bull-queue.js';

// Started by bull-queue.int-spec.ts, which kills it: takes jobs and never finishes one.
const [url = '', claimSeconds = '', concurrency = ''] = process.argv.slice(2);
// Ends with the test that forgot it.
process.on('disconnect', () => process.exit(0));
void openBullQueue(url, { lockSeconds: Number(claimSeconds), redeliverySeconds: 1 }).then(({ queue }) => {
  queue.work(() => new Promise(() => undefined), { concurrency: Number(concurrency) });
});
