import { randomUUID } from 'node:crypto';
import type { Random } from './random.js';

/** What one client wants, decided before the first byte is sent. */
export interface Order {
  readonly key: string;
  readonly provider: 'simulator' | 'builtin';
  readonly model: string;
  readonly seed: number;
  readonly maxRetries: number;
  readonly prefer: 'respond-async' | 'wait=20';
  /** Sent twice at the same instant with the same key. */
  readonly twin: boolean;
  /** What the client does after its order was accepted. */
  readonly then: 'nothing' | 'cancel' | 'retry' | 'refine';
  readonly userId: number;
  readonly prompt: string;
  /** Whether it takes the result of an equal run. */
  readonly useCache: boolean;
}

/** Orders that are sent as one. */
export interface BatchOrder {
  readonly key: string;
  readonly items: readonly Order[];
  readonly parallel: boolean;
  readonly continueOnError: boolean;
  readonly isCancelled: boolean;
}

const RETRYABLE = ['timeout', 'rate_limited', 'provider_unavailable', 'network', 'storage', 'stalled', 'unknown'];
const FINAL = ['invalid_request', 'moderated', 'unauthorized', 'insufficient_credit', 'expired'];

/** Enough for every attempt that a dying database takes along. */
const PATIENT = 5;

type Wish = Pick<Order, 'provider' | 'model' | 'maxRetries' | 'then'>;

const simulated = (model: string, maxRetries = PATIENT, then: Order['then'] = 'nothing'): Wish => ({
  provider: 'simulator',
  model,
  maxRetries,
  then,
});

/** Each wish as often as its weight says. */
const WISHES: readonly (readonly [number, (random: Random) => Wish])[] = [
  [30, () => simulated('ok')],
  [20, (random) => simulated(`${random.pick(RETRYABLE)}-then-ok`)],
  [6, (random) => simulated(`fail-${random.pick(FINAL)}`, random.whole(0, PATIENT))],
  [5, (random) => simulated(`fail-${random.pick(FINAL)}`, 0, 'retry')],
  [6, (random) => simulated(`${random.pick(FINAL)}-then-ok`, PATIENT, 'retry')],
  [6, (random) => simulated(`fail-${random.pick(RETRYABLE)}`, random.whole(0, 2))],
  [10, () => simulated('flaky-30')],
  [4, () => simulated('slow-5s')],
  [5, () => simulated('slow-5s', PATIENT, 'cancel')],
  [6, () => simulated('ok', PATIENT, 'cancel')],
  [8, (random) => simulated(random.pick(['ok', 'flaky-30']), PATIENT, 'refine')],
  [6, () => ({ provider: 'builtin', model: 'studio', maxRetries: PATIENT, then: 'nothing' })],
];

const TOTAL_WEIGHT = WISHES.reduce((sum, [weight]) => sum + weight, 0);

const wish = (random: Random): Wish => {
  let place = random.next() * TOTAL_WEIGHT;
  for (const [weight, make] of WISHES) {
    place -= weight;
    if (place < 0) return make(random);
  }
  return simulated('ok');
};

export const USERS = [1, 2, 3] as const;

/** The next order of a client. */
export const nextOrder = (random: Random): Order => {
  const wished = wish(random);
  const key = randomUUID();
  return {
    ...wished,
    key,
    seed: random.whole(0, 2 ** 32 - 1),
    prefer: wished.then === 'cancel' || random.chance(0.5) ? 'respond-async' : 'wait=20',
    twin: random.chance(0.15),
    userId: random.pick(USERS),
    prompt: `a lighthouse in the night of ${key}`,
    useCache: false,
  };
};

/** The same wish of several clients at one time, of whom one may change its mind. */
export const nextEqualOrders = (random: Random): Order[] => {
  const model = random.pick(['ok', 'slow-5s', 'timeout-then-ok', 'fail-moderated']);
  const one: Order = {
    ...nextOrder(random),
    ...simulated(model),
    prefer: 'respond-async',
    twin: false,
    useCache: true,
  };
  return Array.from({ length: random.whole(2, 3) }, (_, place) => ({
    ...one,
    key: randomUUID(),
    then: place === 0 && random.chance(0.2) ? 'cancel' : 'nothing',
  }));
};

/** Orders of which nobody wants anything afterwards, but for the whole batch. */
export const nextBatch = (random: Random): BatchOrder => {
  const userId = random.pick(USERS);
  const quick = (): Order => {
    const order = nextOrder(random);
    return order.model === 'slow-5s' && random.chance(0.7) ? { ...order, model: 'ok' } : order;
  };
  return {
    key: randomUUID(),
    items: Array.from({ length: random.whole(2, 6) }, () => ({ ...quick(), userId, then: 'nothing' })),
    parallel: random.chance(0.5),
    continueOnError: random.chance(0.6),
    isCancelled: random.chance(0.2),
  };
};

/** The body of POST /api/generate. */
export const bodyOf = ({ provider, model, seed, maxRetries, prompt, userId, useCache }: Order): object => ({
  prompt,
  mode: 'manual',
  style: 'cinematic',
  lighting: 'dramatic',
  width: 256,
  height: 256,
  steps: 5,
  provider,
  model,
  seed,
  user_id: userId,
  max_retries: maxRetries,
  use_cache: useCache,
});

/** The body of POST /api/generate/batch. */
export const batchBodyOf = ({ items, parallel, continueOnError }: BatchOrder): object => ({
  requests: items.map(bodyOf),
  parallel,
  continue_on_error: continueOnError,
});
