import { serveBatch, type ServedBatch } from './batch-customer.js';
import type { PatientClient } from './client.js';
import { serve, serveEqual, type Served, type Visit } from './customer.js';
import { nextBatch, nextEqualOrders, nextOrder } from './orders.js';
import type { Random } from './random.js';

/** How long a run may take to its end after the last strike: queue claims and leases of the dead run out first. */
const END_LIMIT_MS = 60_000;
const BATCH_SHARE = 0.1;
const EQUAL_SHARE = 0.1;

/** Everything that clients had done for them. */
export interface ServedLoad {
  /** Runs that were ordered one by one. */
  readonly singles: readonly Served[];
  readonly batches: readonly ServedBatch[];
  /** Runs that were ordered equal and at the same time. */
  readonly equals: readonly (readonly Served[])[];
}

/** Clients that place orders until they are told to stop, and then see their last ones through. */
export class Load {
  readonly singles: Served[] = [];
  readonly batches: ServedBatch[] = [];
  readonly equals: Served[][] = [];
  readonly problems: string[] = [];
  private open = true;
  /** As performance.now(): while processes die, nobody can say how long a run may take. */
  private deadline = Infinity;
  private readonly working: Promise<void>;

  constructor(
    readonly client: PatientClient,
    private readonly origins: readonly string[],
    random: Random,
    clients: number,
  ) {
    this.working = Promise.all(Array.from({ length: clients }, () => this.work(random.fork()))).then(() => undefined);
  }

  get runs(): number {
    return this.singles.length + [...this.equals, ...this.batches.map(({ items }) => items)].flat().length;
  }

  async finish(): Promise<void> {
    this.open = false;
    this.deadline = performance.now() + END_LIMIT_MS;
    await this.working;
  }

  private async work(random: Random): Promise<void> {
    const { client, origins } = this;
    const visit: Visit = { client, origins, random, isLate: () => performance.now() > this.deadline };
    while (this.open) {
      const dice = random.next();
      if (dice < BATCH_SHARE) await this.runBatch(visit);
      else if (dice < BATCH_SHARE + EQUAL_SHARE) await this.runEqual(visit);
      else await this.runSingle(visit);
    }
  }

  private async runSingle(visit: Visit): Promise<void> {
    const order = nextOrder(visit.random);
    try {
      this.singles.push(...(await serve(visit, order)));
    } catch (error) {
      this.problems.push(`${order.model} (${order.then}), key ${order.key}: ${String(error)}`);
    }
  }

  private async runEqual(visit: Visit): Promise<void> {
    const orders = nextEqualOrders(visit.random);
    try {
      this.equals.push(await serveEqual(visit, orders));
    } catch (error) {
      this.problems.push(`${String(orders.length)} of "${String(orders[0]?.prompt)}": ${String(error)}`);
    }
  }

  private async runBatch(visit: Visit): Promise<void> {
    const order = nextBatch(visit.random);
    try {
      this.batches.push(await serveBatch(visit, order));
    } catch (error) {
      this.problems.push(`The batch with the key ${order.key}: ${String(error)}`);
    }
  }
}
