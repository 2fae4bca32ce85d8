import { PullCollector } from './pull-collector.js';

describe('a collector that asks when somebody wants to know', () => {
  const calls = { asked: 0, answered: 0, errors: [] as unknown[] };
  const collector = (ask: () => Promise<void>): PullCollector =>
    new PullCollector(
      () => {
        calls.asked += 1;
        return ask();
      },
      () => {
        calls.answered += 1;
      },
      (error) => calls.errors.push(error),
    );

  beforeEach(() => {
    jest.useFakeTimers();
    Object.assign(calls, { asked: 0, answered: 0, errors: [] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('asks once for all who want to know within five seconds', async () => {
    const asking = collector(() => Promise.resolve());
    await Promise.all([asking.refresh(), asking.refresh()]);
    await asking.refresh();
    expect(calls).toEqual({ asked: 1, answered: 1, errors: [] });
    jest.advanceTimersByTime(5_000);
    await asking.refresh();
    expect(calls.asked).toBe(2);
  });

  it('waits two seconds for an answer, asks no second time meanwhile, and takes it when it comes', async () => {
    let answer = (): void => undefined;
    const asking = collector(() => new Promise((resolve) => (answer = resolve)));
    for (let scrape = 1; scrape <= 2; scrape += 1) {
      const refreshed = asking.refresh();
      await jest.advanceTimersByTimeAsync(2_000);
      await refreshed;
    }
    expect(calls).toEqual({ asked: 1, answered: 0, errors: [] });
    answer();
    await asking.refresh();
    expect(calls).toEqual({ asked: 1, answered: 1, errors: [] });
  });

  it('tells of a failure and goes on', async () => {
    const error = new Error('away');
    const asking = collector(() => Promise.reject(error));
    await asking.refresh();
    expect(calls).toEqual({ asked: 1, answered: 0, errors: [error] });
  });
});
