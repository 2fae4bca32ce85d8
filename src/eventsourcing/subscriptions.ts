import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { findCheckpoint } from './checkpoints.js';
import type { EventParked } from './errors.js';
import type { EventStore } from './event-store.js';
import type { InlineReadModel } from './inline-rows.js';
import type { LogTail } from './log-tail.js';
import { Ownership } from './ownership.js';
import type { Projection, Reactor } from './projection.js';
import { rebuildProjection } from './rebuild.js';
import { measuredSubscriber, projectionSubscriber, reactorSubscriber, type HandledBatch } from './subscribers.js';
import { Subscription, type Subscriber, type SubscriptionOptions } from './subscription.js';

/** What this build follows the log with. */
export interface Follower {
  readonly name: string;
  readonly vital: boolean;
}

/** Longest wait of a reader for a projection, in milliseconds: batches take a few. */
const PATIENCE_MS = 250;
const LOOK_AGAIN_MS = 2;
/** Channel on which a reader asks the owner of a projection, whichever process that is, not to gather events for longer. */
const HURRY_CHANNEL = 'hurry';
/** Events that a projection cannot be expected to take in within the patience. */
const FAR_BEHIND = 2_000;

/** What this process knows of a projection that may run in another one. */
interface Progress {
  /** Position of the last event that this process heard of and the projection handles. */
  heard: number;
  checkpoint: number;
  /** Where it stood when somebody had waited in vain; nobody waits again before it moves. */
  stuckAt: number | null;
  /** The question that is on its way: any number of readers ask once. */
  asking: Promise<number> | null;
  /** The same for the word to the owner in another process. */
  hurrying: Promise<void> | null;
}

/** Carries words between the processes of one database, at most once. */
export interface Signals {
  listen(channel: string, callback: (payload: string) => void): Promise<() => void>;
  notify(channel: string, payloads: readonly string[]): Promise<void>;
}

export interface SubscriptionsOptions extends SubscriptionOptions {
  readonly signals: Signals;
}

const noop = (): void => undefined;

/** What capabilities want to follow; started together in a process that has the role. */
export class Subscriptions {
  readonly projections: Projection[] = [];
  readonly inlineReadModels: InlineReadModel[] = [];
  readonly followers: Follower[] = [];
  private readonly batchListeners = new Set<(batch: HandledBatch) => void>();
  private readonly subscribers: Subscriber[] = [];
  private readonly ownership: Ownership;
  private readonly progress = new Map<string, Progress>();
  private running: Subscription[] = [];
  private rebuilding: Promise<unknown> = Promise.resolve();
  private listening: Promise<() => void> | null = null;

  constructor(
    private readonly pool: Pool,
    private readonly store: EventStore,
    private readonly tail: LogTail,
    private readonly options: SubscriptionsOptions,
  ) {
    this.ownership = new Ownership(pool);
  }

  addProjection(projection: Projection): void {
    this.projections.push(projection);
    this.followers.push({ name: projection.name, vital: false });
    this.listenFor(projection);
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

  /**
   * Has batches told that this process deals with: of those that follow the log, not of a rebuild beside the live tables.
   * @param listener must not throw
   */
  observe(listener: (batch: HandledBatch) => void): void {
    this.batchListeners.add(listener);
  }

  start(): void {
    const sources = { tail: this.tail, ownership: this.ownership };
    const tell = (batch: HandledBatch): void => {
      for (const listener of this.batchListeners) listener(batch);
    };
    this.running = this.subscribers.map(
      (subscriber) => new Subscription(this.pool, sources, measuredSubscriber(subscriber, tell), this.options),
    );
    for (const subscription of this.running) subscription.start();
    this.listening = this.options.signals.listen(HURRY_CHANNEL, (name) => {
      this.subscription(name)?.hurry();
    });
    // Without it readers in other processes wait until a batch has been gathered.
    this.listening.catch((error: unknown) => {
      this.options.onError(HURRY_CHANNEL, error);
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map((subscription) => subscription.stop()));
    this.ownership.close();
    void this.listening?.then((unlisten) => {
      unlisten();
    }, noop);
  }

  /**
   * Waits until a projection has taken in what this process has heard of so far, so that nobody misses what they were told just before.
   * Only for a moment, and not for one that is far behind or does not get on: an old answer is better than none.
   * @returns whether it has
   */
  async caughtUp(name: string): Promise<boolean> {
    const progress = this.progress.get(name);
    if (!progress) throw new Error(`No projection is called ${name}`);
    const { heard } = progress;
    const deadline = performance.now() + PATIENCE_MS;
    let hurried = false;
    while (progress.checkpoint < heard) {
      progress.checkpoint = await this.checkpointOf(name, progress);
      const behind = heard - progress.checkpoint;
      if (behind <= 0) break;
      if (!hurried) this.hurry(name, progress);
      hurried = true;
      if (behind > FAR_BEHIND || progress.checkpoint === progress.stuckAt) return false;
      if (performance.now() > deadline) {
        progress.stuckAt = progress.checkpoint;
        return false;
      }
      await pause(LOOK_AGAIN_MS);
    }
    return true;
  }

  private subscription(name: string): Subscription | undefined {
    return this.running.find((each) => each.name === name);
  }

  private hurry(name: string, progress: Progress): void {
    if (this.ownership.holds(name)) {
      this.subscription(name)?.hurry();
      return;
    }
    // Where the word gets lost, the reader waits for as long as the owner gathers.
    progress.hurrying ??= this.options.signals
      .notify(HURRY_CHANNEL, [name])
      .catch(noop)
      .finally(() => {
        progress.hurrying = null;
      });
  }

  private listenFor({ name, handles }: Projection): void {
    const progress: Progress = { heard: 0, checkpoint: 0, stuckAt: null, asking: null, hurrying: null };
    const handled = new Set(handles);
    this.progress.set(name, progress);
    this.tail.subscribe((events) => {
      progress.heard = events.findLast(({ type }) => handled.has(type))?.position ?? progress.heard;
    });
  }

  /** From the subscription where this process owns it, else from the database. */
  private checkpointOf(name: string, progress: Progress): Promise<number> {
    if (this.ownership.holds(name)) {
      return Promise.resolve(this.subscription(name)?.reached ?? 0);
    }
    progress.asking ??= findCheckpoint(this.pool, name)
      .then((checkpoint) => checkpoint?.position ?? 0)
      .finally(() => {
        progress.asking = null;
      });
    return progress.asking;
  }
}
