import { audit, untilQuiet, type Findings } from './audit.js';
import { PatientClient } from './client.js';
import { Killer, type Pace } from './killer.js';
import { Load } from './load.js';
import type { Random } from './random.js';
import type { Site } from './site.js';
import { StreamListener } from './stream-listener.js';
import { askSums, type ToldSums } from './sums.js';
import { named, tableOf } from './table.js';

export interface DrillOptions {
  /** It goes on until there were so many kills. */
  readonly kills: number;
  /** And at least so long. */
  readonly seconds: number;
  /** Clients that each have one order under way. */
  readonly clients: number;
  readonly pace: Pace;
}

export interface DrillReport {
  readonly problems: readonly string[];
  readonly kills: number;
  readonly table: string;
}

const QUIET_LIMIT_MS = 60_000;
const SECONDS_PER_LINE = 20;
const LISTENER_PATIENCE = [100, 8_000] as const;

/** A process may give up while its database dies during its start; its supervisor starts it again. It may not end once it was ready. */
const endingProblems = (site: Site): string[] =>
  site.members.flatMap(({ ownEndings }) =>
    ownEndings
      .filter(({ wasReady }) => wasReady)
      .map(({ member, code, signal, output }) => `${member} ended by itself (${String(code ?? signal)}): ${output}`),
  );

/** A process without work stops in good order. */
const stopAll = async (site: Site): Promise<string[]> => {
  const endings = await Promise.all(site.members.map(async (member) => ({ member, ending: await member.stop() })));
  return endings.flatMap(({ member, ending: { code, signal } }) =>
    code === 0 ? [] : [`${member.name} ended with ${String(code ?? signal)} after SIGTERM`],
  );
};

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
};

/** One drill: faults under load, then peace, then the audit. */
class Drill {
  private readonly began = performance.now();
  private readonly listeners: readonly StreamListener[];
  private readonly load: Load;
  private readonly killer: Killer;
  private underFire = 0;

  private constructor(
    private readonly site: Site,
    private readonly random: Random,
    private readonly options: DrillOptions,
  ) {
    const [steady, ...others] = this.openListeners();
    this.listeners = [steady, ...others];
    this.load = new Load(new PatientClient(site.origins, random.fork()), site.origins, random.fork(), options.clients);
    this.killer = new Killer(site, steady, random.fork(), options.pace);
  }

  /** One process after the other, as many that load their code at once take longer than they are given on a busy machine. */
  static async begin(site: Site, random: Random, options: DrillOptions): Promise<Drill> {
    for (const member of site.members) {
      member.start();
      await member.untilReady();
    }
    return new Drill(site, random, options);
  }

  async run(): Promise<DrillReport> {
    await this.strike();
    await this.site.calm();
    this.underFire = this.seconds;
    // On a busy machine that takes longer than a run may.
    await Promise.all(this.site.members.map((member) => member.untilReady()));
    await this.load.finish();
    const problems = [...this.load.problems, ...endingProblems(this.site), ...(await this.settle())];
    const sums = await this.askSums(problems);
    problems.push(...(await stopAll(this.site)));
    for (const listener of this.listeners) await listener.stop();
    const findings = await audit(
      { home: this.site.home, url: await this.site.database() },
      { served: this.load, heard: this.listeners.map(({ heard }) => heard), sums },
    );
    problems.push(...findings.problems);
    return { problems, kills: this.killer.kills, table: this.table(findings, problems.length) };
  }

  private get seconds(): number {
    return Math.round((performance.now() - this.began) / 1000);
  }

  /** One that only hears what is told, one that keeps to each server, and one that does not, which all hang up at times. */
  private openListeners(): [StreamListener, ...StreamListener[]] {
    const { origins } = this.site;
    const open = (to: readonly string[], patience?: readonly [number, number]): StreamListener =>
      new StreamListener({
        ...{ origins: to, path: '/api/events/stream', random: this.random.fork() },
        ...(patience && { patience }),
      });
    return [
      open(origins),
      ...origins.map((origin) => open([origin], LISTENER_PATIENCE)),
      open(origins, LISTENER_PATIENCE),
    ];
  }

  private async strike(): Promise<void> {
    const { killer, load } = this;
    const { kills, seconds } = this.options;
    for (let nextLine = SECONDS_PER_LINE; killer.kills < kills || this.seconds < seconds;) {
      await killer.strikeOnce();
      if (this.seconds < nextLine) continue;
      nextLine = this.seconds + SECONDS_PER_LINE;
      process.stdout.write(
        `  ${String(this.seconds)} s: ${String(killer.kills)} kills, ${String(killer.faults)} other faults, ${String(load.runs)} runs served\n`,
      );
    }
  }

  /** Waits until the queue is empty and the streams have told everything. @returns what did not happen */
  private async settle(): Promise<string[]> {
    const lastIds = (): number[] => this.listeners.map(({ lastId }) => lastId);
    try {
      await untilQuiet(await this.site.database(), lastIds, QUIET_LIMIT_MS);
      return [];
    } catch (error) {
      return [`It did not become quiet: ${String(error)}`];
    }
  }

  /** Every server by itself. */
  private async askSums(problems: string[]): Promise<ToldSums[]> {
    const told: ToldSums[] = [];
    for (const origin of this.site.origins) {
      try {
        told.push(await askSums(new PatientClient([origin], this.random.fork()), origin));
      } catch (error) {
        problems.push(`The sums of ${origin}: ${String(error)}`);
      }
    }
    return told;
  }

  private table({ counts }: Findings, problems: number): string {
    const { site, killer, load, listeners } = this;
    const sum = (of: (listener: StreamListener) => number): number =>
      listeners.reduce((total, listener) => total + of(listener), 0);
    return tableOf(site.name, {
      ...site.notes,
      'kill -9': killer.kills,
      ...named('  of ', killer.killsByKind),
      ...named('  when ', killer.killsByMoment),
      'other faults': killer.faults,
      ...named('  ', killer.faultsByKind),
      'processes started': site.members.reduce((total, { starts }) => total + starts, 0),
      'starts given up': site.members.reduce((total, { ownEndings }) => total + ownEndings.length, 0),
      'start, median ms': median(site.members.flatMap(({ startMs }) => startMs)),
      ...counts,
      'requests cut off': load.client.brokenConnections,
      'requests hung up': load.client.hangUps,
      'answers 503': load.client.unavailable,
      'listeners of all events': listeners.length,
      '  connections': sum(({ connections }) => connections),
      '  hung up by them': sum(({ hangUps }) => hangUps),
      '  events heard': sum(({ heard }) => heard.length),
      problems,
      'seconds under fire': this.underFire,
      seconds: this.seconds,
    });
  }
}

/** Faults under load, then peace, then the audit. */
export const drill = async (site: Site, random: Random, options: DrillOptions): Promise<DrillReport> =>
  (await Drill.begin(site, random, options)).run();
