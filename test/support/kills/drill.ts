import { audit, untilQuiet } from './audit.js';
import { PatientClient } from './client.js';
import { ConsoleListener } from './console-listener.js';
import { serve, type Served } from './customer.js';
import { Killer, type Pace } from './killer.js';
import { nextOrder } from './orders.js';
import type { Random } from './random.js';
import type { Site } from './site.js';

export interface DrillOptions {
  readonly kills: number;
  /** Clients that each have one order under way. */
  readonly clients: number;
  readonly pace: Pace;
}

export interface DrillReport {
  readonly problems: readonly string[];
  readonly kills: number;
  readonly table: string;
}

/** How long a run may take to its end after the last kill: queue claims and leases of the dead run out first. */
const END_LIMIT_MS = 60_000;
const QUIET_LIMIT_MS = 20_000;
const KILLS_PER_LINE = 25;

/** Clients that place orders until they are told to stop, and then see their last ones through. */
class Load {
  readonly served: Served[] = [];
  readonly problems: string[] = [];
  private open = true;
  /** As performance.now(): while processes die, nobody can say how long a run may take. */
  private deadline = Infinity;
  private readonly working: Promise<void>;

  constructor(
    readonly client: PatientClient,
    random: Random,
    clients: number,
  ) {
    this.working = Promise.all(Array.from({ length: clients }, () => this.work(random.fork()))).then(() => undefined);
  }

  async finish(): Promise<void> {
    this.open = false;
    this.deadline = performance.now() + END_LIMIT_MS;
    await this.working;
  }

  private async work(random: Random): Promise<void> {
    while (this.open) {
      const order = nextOrder(random);
      try {
        this.served.push(await serve(this.client, order, { random, isLate: () => performance.now() > this.deadline }));
      } catch (error) {
        this.problems.push(`${order.model} (${order.then}), key ${order.key}: ${String(error)}`);
      }
    }
  }
}

/** A process may give up while its database dies during its start; its supervisor starts it again. It may not end once it was ready. */
const endingProblems = (site: Site): string[] =>
  site.members.flatMap(({ ownEndings }) =>
    ownEndings
      .filter(({ wasReady }) => wasReady)
      .map(({ member, code, signal, output }) => `${member} ended by itself (${String(code ?? signal)}): ${output}`),
  );

/** Waits until the queue is empty and the stream has told everything. @returns what did not happen */
const settle = async (site: Site, listener: ConsoleListener): Promise<string[]> => {
  try {
    await untilQuiet(await site.database(), () => listener.heard.at(-1)?.position ?? 0, QUIET_LIMIT_MS);
    return [];
  } catch (error) {
    return [`It did not become quiet: ${String(error)}`];
  }
};

/** A process without work stops in good order. */
const stopAll = async (site: Site): Promise<string[]> => {
  const endings = await Promise.all(site.members.map(async (member) => ({ member, ending: await member.stop() })));
  return endings.flatMap(({ member, ending: { code, signal } }) =>
    code === 0 ? [] : [`${member.name} ended with ${String(code ?? signal)} after SIGTERM`],
  );
};

const medianStart = (site: Site): number => {
  const all = site.members.flatMap(({ startMs }) => startMs).sort((a, b) => a - b);
  return Math.round(all[Math.floor(all.length / 2)] ?? 0);
};

const tableOf = (title: string, rows: Readonly<Record<string, number | string>>): string => {
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  const lines = Object.entries(rows).map(([name, value]) => `  ${name.padEnd(width)}  ${String(value).padStart(8)}`);
  return `\n${title}\n${lines.join('\n')}\n`;
};

const named = (prefix: string, counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].map(([name, count]) => [`${prefix}${name}`, count]));

/** Kills under load, then peace, then the audit. */
export const drill = async (site: Site, random: Random, options: DrillOptions): Promise<DrillReport> => {
  const started = performance.now();
  for (const member of site.members) member.start();
  const listener = new ConsoleListener(site.origin);
  const load = new Load(new PatientClient(site.origin, random.fork()), random.fork(), options.clients);
  const killer = new Killer(site, listener, random.fork(), options.pace);
  const seconds = (): number => Math.round((performance.now() - started) / 1000);
  while (killer.total < options.kills) {
    await killer.kill(Math.min(killer.total + KILLS_PER_LINE, options.kills));
    process.stdout.write(
      `  ${String(seconds())} s: ${String(killer.total)} of ${String(options.kills)} kills, ${String(load.served.length)} runs served\n`,
    );
  }
  const underFire = seconds();
  await load.finish();
  const endings = [...endingProblems(site), ...(await settle(site, listener)), ...(await stopAll(site))];
  await listener.stop();
  const findings = await audit({ home: site.home, url: await site.database() }, load.served, listener.heard);
  const problems = [...load.problems, ...endings, ...findings.problems];
  const table = tableOf(site.name, {
    'kill -9': killer.total,
    ...named('  of ', killer.byKind),
    ...named('  when ', killer.byMoment),
    'processes started': site.members.reduce((sum, member) => sum + member.starts, 0),
    'starts given up': site.members.reduce((sum, member) => sum + member.ownEndings.length, 0),
    'start, median ms': medianStart(site),
    ...findings.counts,
    'requests cut off': load.client.brokenConnections,
    'requests hung up': load.client.hangUps,
    'answers 503': load.client.unavailable,
    'stream connections': listener.connections,
    'stream events': listener.heard.length,
    problems: problems.length,
    'seconds under fire': underFire,
    seconds: seconds(),
  });
  return { problems, kills: killer.total, table };
};
