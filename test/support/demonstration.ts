import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlertReceiver, type ReceivedAlert } from './alert-receiver.js';
import { Alertmanager } from './alertmanager.js';
import { startDarkroom, type DarkroomProcess } from './darkroom-process.js';
import { Prometheus } from './prometheus.js';

/** Where a person looks for them. */
export interface WatchPorts {
  readonly prometheus: number;
  readonly alertmanager: number;
}

interface Watch {
  readonly prometheus: Prometheus;
  /** `127.0.0.1:9093` */
  readonly alertmanager: string;
}

/** Darkroom with its simulator, in three processes, and those that watch it with the committed rules; for people to look at. */
export class Demonstration {
  private readonly closing: (() => Promise<unknown>)[] = [];

  /** The first one has the API and brings the database, in which the others find it. */
  readonly processes: DarkroomProcess[] = [];

  /** @throws Error where one does not start; `close` ends those that did */
  async startPlatform(): Promise<void> {
    const home = await mkdtemp(join(tmpdir(), 'darkroom-demonstration-'));
    this.later(() => rm(home, { recursive: true, force: true }));
    for (const ROLE of ['api,projector', 'worker', 'worker']) {
      const started = await startDarkroom({ home, env: { ROLE, SIMULATOR: 'on', SIMULATOR_LATENCY_MS: '300' } });
      this.later(() => started.end('SIGTERM'));
      this.processes.push(started);
    }
  }

  /** @param ports free ones where they are not told */
  async startWatching(onAlert: (alert: ReceivedAlert) => void, ports?: WatchPorts): Promise<Watch> {
    const receiver = await AlertReceiver.start(onAlert);
    this.later(() => receiver.close());
    const alertmanager = await Alertmanager.start(receiver.url, ports?.alertmanager);
    this.later(() => alertmanager.close());
    const prometheus = await Prometheus.start({
      targets: this.processes.map(({ opsUrl }) => new URL(opsUrl).host),
      alertmanager: alertmanager.address,
      ...(ports && { port: ports.prometheus }),
      isPatient: true,
    });
    this.later(() => prometheus.close());
    return { prometheus, alertmanager: alertmanager.address };
  }

  /** Ends all of it and leaves nothing behind. */
  async close(): Promise<void> {
    for (const close of this.closing.splice(0)) await close();
  }

  /** What was started last ends first. */
  private later(close: () => Promise<unknown>): void {
    this.closing.unshift(close);
  }
}
