import type { Pool } from 'pg';
import type { EventParked } from './errors.js';
import type { EventStore } from './event-store.js';
import type { InlineReadModel } from './inline-rows.js';
import type { LogTail } from './log-tail.js';
import { Ownership } from './ownership.js';
import type { Projection, Reactor } from './projection.js';
import { rebuildProjection } from './rebuild.js';
import { projectionSubscriber, reactorSubscriber } from './subscribers.js';
import { Subscription, type Subscriber, type SubscriptionOptions } from './subscription.js';

/** What this build follows the log with. */
export interface Follower {
  readonly name: string;
  readonly vital: boolean;
}

/** What capabilities want to follow; started together in a process that has the role. */
export class Subscriptions {
  readonly projections: Projection[] = [];
  readonly inlineReadModels: InlineReadModel[] = [];
  readonly followers: Follower[] = [];
  private readonly subscribers: Subscriber[] = [];
  private readonly ownership: Ownership;
  private running: Subscription[] = [];
  private rebuilding: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly pool: Pool,
    private readonly store: EventStore,
    private readonly tail: LogTail,
    private readonly options: SubscriptionOptions,
  ) {
    this.ownership = new Ownership(pool);
  }

  addProjection(projection: Projection): void {
    this.projections.push(projection);
    this.followers.push({ name: projection.name, vital: false });
    // One at a time: each holds a connection while it reads through another.
    const rebuild = async (): Promise<void> => {
      const turn = this.rebuilding.then(() => rebuildProjection(this.pool, this.store, projection));
      this.rebuilding = turn.catch(() => undefined);
      await turn;
    };
    this.subscribers.push(projectionSubscriber(this.pool, projection, rebuild));
  }

  /** Written by the appends themselves, so there is nothing to start; known here for verification and rebuilds. */
  addInlineReadModel(model: InlineReadModel): void {
    this.inlineReadModels.push(model);
  }

  addReactor(reactor: Reactor): void {
    const { name, vital = false } = reactor;
    this.followers.push({ name, vital });
    const onParked = (parked: EventParked): void => {
      this.options.onError(name, parked);
    };
    this.subscribers.push(reactorSubscriber(this.pool, reactor, onParked));
  }

  start(): void {
    this.running = this.subscribers.map(
      (subscriber) =>
        new Subscription(this.pool, { tail: this.tail, ownership: this.ownership }, subscriber, this.options),
    );
    for (const subscription of this.running) subscription.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map((subscription) => subscription.stop()));
    this.ownership.close();
  }
}
