// Preloaded into a process under test (`NODE_OPTIONS=--import`): its calendar is ahead or behind by what the file named in DARKROOM_TEST_CLOCK
// says, in milliseconds, as after a bad jump of one machine of several. Monotonic time and the database's clock stay.
import { readFileSync } from 'node:fs';
import process from 'node:process';

const LOOK_MS = 50;

const RealDate = globalThis.Date;
let offset = 0;

const look = () => {
  try {
    offset = Number(readFileSync(process.env.DARKROOM_TEST_CLOCK, 'utf8')) || 0;
  } catch {
    // Between two writes of the file, or before the first.
  }
};

const now = () => RealDate.now() + offset;

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, parameters, newTarget) =>
    Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
});
RealDate.prototype.constructor = globalThis.Date;

look();
setInterval(look, LOOK_MS).unref();
