import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { closeWith, Waits } from './waits.js';

/** Longer than a test may take: only what ends a wait early lets one pass. */
const LONG_MS = 600_000;

describe('a wait', () => {
  it('ends with the thing, also where that came before it began', async () => {
    const waits = new Waits();
    const [early, late] = [waits.watch('a'), waits.watch('a')];
    const waiting = early.wait(LONG_MS);
    waits.notify('b');
    waits.notify('a');
    expect(await waiting).toBe(true);
    expect(await late.wait(LONG_MS)).toBe(true);
  });

  it('ends when the time is over', async () => {
    expect(await new Waits().watch('a').wait(1)).toBe(false);
  });

  it('ends with its watch, also where that was closed before it began', async () => {
    const waits = new Waits();
    const [meanwhile, before] = [waits.watch('a'), waits.watch('a')];
    const waiting = meanwhile.wait(LONG_MS);
    meanwhile.close();
    expect(await waiting).toBe(false);
    before.close();
    expect(await before.wait(LONG_MS)).toBe(false);
  });

  it('ends with the process, also where that began to stop before', async () => {
    const waits = new Waits();
    const watch = waits.watch('a');
    const waiting = watch.wait(LONG_MS);
    waits.stop();
    expect(await waiting).toBe(false);
    expect(await waits.watch('a').wait(LONG_MS)).toBe(false);
  });

  it('ends when the client hangs up, also where it did before the watch was closed with its response', async () => {
    const waits = new Waits();
    const [response, gone] = [new PassThrough(), new PassThrough().destroy()];
    await once(gone, 'close');
    const [watch, late] = [waits.watch('a'), waits.watch('a')];
    closeWith(response, watch);
    closeWith(gone, late);
    const waiting = watch.wait(LONG_MS);
    response.destroy();
    expect(await waiting).toBe(false);
    expect(await late.wait(LONG_MS)).toBe(false);
  });
});
