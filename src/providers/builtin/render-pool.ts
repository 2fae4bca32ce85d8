import { Worker } from 'node:worker_threads';
import { ProviderError } from '../image-provider.port.js';
import { type RenderedFiles, type RenderOrder, type RenderReport, type RenderTask } from './render-messages.js';

interface Job {
  readonly task: RenderTask;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: number) => void;
  readonly onWaiting: (waits: boolean) => void;
  readonly resolve: (files: RenderedFiles<Buffer>) => void;
  readonly reject: (reason: unknown) => void;
  readonly onAbort: () => void;
}

/** One thread and what it is busy with. A stopped job stays until the thread has said that it stopped. */
interface Slot {
  readonly worker: Worker;
  job: Job | null;
}

const buffersOf = ({ content, poster, preview }: RenderedFiles<ArrayBuffer>): RenderedFiles<Buffer> => ({
  content: Buffer.from(content),
  ...(poster !== undefined && { poster: Buffer.from(poster) }),
  ...(preview !== undefined && { preview: Buffer.from(preview) }),
});

/**
 * Renders pictures and videos in worker threads so that the event loop stays free. Threads start when they are needed, wait for the next picture
 * without keeping the process alive, and are replaced when they die.
 */
export class RenderPool {
  private readonly waiting: Job[] = [];
  private readonly slots = new Set<Slot>();
  private nextId = 1;
  private closed = false;

  /**
   * @param threads how many pictures are rendered at the same time
   * @param entry the built worker file
   */
  constructor(
    private readonly threads: number,
    private readonly entry: URL = new URL('./render.worker.js', import.meta.url),
  ) {}

  /**
   * One picture or video, encoded, in the order of the calls.
   * @param onWaiting told `true` where others come first, and `false` when a thread begins
   * @throws the signal's reason as soon as it aborts: a waiting order is dropped, a running one gives its thread free within about 100 ms,
   * half a second where the frames of a video are of the largest size
   * @throws ProviderError `invalid_request` when an image that came with the request cannot be read, `provider_unavailable` when
   * its thread died or the pool closed, `unknown` when rendering failed
   */
  render(
    order: RenderOrder,
    signal: AbortSignal,
    onProgress: (progress: number) => void,
    onWaiting: (waits: boolean) => void = () => undefined,
  ): Promise<RenderedFiles<Buffer>> {
    return new Promise<RenderedFiles<Buffer>>((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      if (this.closed) {
        reject(new ProviderError('provider_unavailable', 'The renderer is closed'));
        return;
      }
      const task = { order, id: this.nextId++, stop: new SharedArrayBuffer(4) };
      const job: Job = {
        task,
        signal,
        onProgress,
        onWaiting,
        resolve,
        reject,
        onAbort: () => {
          this.abort(job);
        },
      };
      signal.addEventListener('abort', job.onAbort, { once: true });
      this.waiting.push(job);
      this.dispatch();
      if (this.waiting.includes(job)) onWaiting(true);
    });
  }

  /** Ends all threads; pictures that were waiting or running are rejected. */
  async close(): Promise<void> {
    this.closed = true;
    const gone = new ProviderError('provider_unavailable', 'The renderer was closed');
    for (const job of this.waiting.splice(0))
      this.settle(job, () => {
        job.reject(gone);
      });
    const slots = [...this.slots];
    this.slots.clear();
    for (const { job } of slots)
      if (job !== null)
        this.settle(job, () => {
          job.reject(gone);
        });
    await Promise.all(slots.map(({ worker }) => worker.terminate()));
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const slot = [...this.slots].find(({ job }) => job === null) ?? this.start();
      if (slot === null) return;
      const job = this.waiting.shift();
      if (job === undefined) return;
      slot.job = job;
      job.onWaiting(false);
      slot.worker.ref();
      slot.worker.postMessage(job.task);
    }
  }

  private start(): Slot | null {
    if (this.slots.size >= this.threads) return null;
    // Rendering makes much short-lived garbage; a small nursery would be swept hundreds of times a picture.
    const slot: Slot = {
      worker: new Worker(this.entry, { resourceLimits: { maxYoungGenerationSizeMb: 64 } }),
      job: null,
    };
    this.slots.add(slot);
    slot.worker.on('message', (report: RenderReport) => {
      this.hear(slot, report);
    });
    slot.worker.on('error', (error) => {
      this.bury(slot, error);
    });
    slot.worker.on('exit', () => {
      this.bury(slot, null);
    });
    return slot;
  }

  private hear(slot: Slot, report: RenderReport): void {
    const { job } = slot;
    if (job === null || job.task.id !== report.id) return;
    if (report.type === 'progress') {
      if (!job.signal.aborted) job.onProgress(report.progress);
      return;
    }
    slot.job = null;
    slot.worker.unref();
    if (report.type === 'rendered')
      this.settle(job, () => {
        job.resolve(buffersOf(report.files));
      });
    if (report.type === 'failed')
      this.settle(job, () => {
        job.reject(new ProviderError(report.category, report.message));
      });
    this.dispatch();
  }

  /** A thread that died takes its picture with it and leaves its place to a new one. */
  private bury(slot: Slot, cause: Error | null): void {
    if (!this.slots.delete(slot)) return;
    const { job } = slot;
    if (job !== null) {
      const reason = new ProviderError(
        'provider_unavailable',
        'The rendering thread died',
        null,
        cause === null ? {} : { cause },
      );
      this.settle(job, () => {
        job.reject(reason);
      });
    }
    this.dispatch();
  }

  private abort(job: Job): void {
    const place = this.waiting.indexOf(job);
    if (place >= 0) this.waiting.splice(place, 1);
    Atomics.store(new Int32Array(job.task.stop), 0, 1);
    job.reject(job.signal.reason);
  }

  private settle(job: Job, end: () => void): void {
    job.signal.removeEventListener('abort', job.onAbort);
    end();
  }
}
