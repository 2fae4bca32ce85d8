import { Circuit, RedisAway } from './circuit.js';

const REST_MS = 1_000;
const never = (): Promise<string> => new Promise(() => undefined);
const broken = (): Promise<string> => Promise.reject(new Error('Connection is closed.'));
const replyError = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });

describe('the time box around Redis', () => {
  let told: (string | null)[];
  let circuit: Circuit;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    told = [];
    circuit = new Circuit((reason) => told.push(reason));
  });
  afterEach(() => jest.useRealTimers());

  const trip = (): Promise<void> => expect(circuit.run(broken, 50)).rejects.toBeInstanceOf(RedisAway);
  /** Whether the question is put, and not refused at once. */
  const asks = async (answer = Promise.resolve('there')): Promise<boolean> => {
    const question = jest.fn(() => answer);
    await circuit.run(question, 50).catch(() => null);
    return question.mock.calls.length > 0;
  };

  it('hands on what is answered in time', async () => {
    expect(await circuit.run(() => Promise.resolve('there'), 50)).toBe('there');
    expect(told).toEqual([]);
  });

  it('ends the wait for an answer that does not come', async () => {
    const asked = expect(circuit.run(never, 50)).rejects.toBeInstanceOf(RedisAway);
    await jest.advanceTimersByTimeAsync(50);
    await asked;
    expect(told).toHaveLength(1);
  });

  it('takes an answer that lay in the socket when the time was over', async () => {
    const question = circuit.run(() => new Promise((resolve) => setImmediate(resolve, 'late')), 50);
    jest.advanceTimersByTime(50);
    expect(await question).toBe('late');
  });

  it('refuses everybody for a second after a failure, and says once that Redis is away', async () => {
    await trip();
    expect(await asks()).toBe(false);
    jest.advanceTimersByTime(REST_MS - 1);
    expect(await asks()).toBe(false);
    expect(told).toEqual(['Error: Connection is closed.']);
  });

  it('lets a single one try after that, and everybody once it was answered', async () => {
    await trip();
    jest.advanceTimersByTime(REST_MS);
    const first = circuit.run(never, 50).catch(() => null);
    expect(await asks()).toBe(false);
    await jest.advanceTimersByTimeAsync(REST_MS);
    await first;
    jest.advanceTimersByTime(REST_MS);
    expect(await asks()).toBe(true);
    expect(await asks()).toBe(true);
    expect(told).toEqual(['Error: Connection is closed.', null]);
  });

  it.each(['LOADING Redis is loading the dataset in memory', 'READONLY You can not write against a replica'])(
    'takes %j for a Redis that is away',
    async (message) => {
      const question = circuit.run(() => Promise.reject(replyError(message)), 50);
      await expect(question).rejects.toBeInstanceOf(RedisAway);
    },
  );

  it('hands on the verdict on a command, which says that Redis is there', async () => {
    const wrong = replyError('WRONGTYPE Operation against a key holding the wrong kind of value');
    await expect(circuit.run(() => Promise.reject(wrong), 50)).rejects.toBe(wrong);
    expect(await asks()).toBe(true);
  });
});
