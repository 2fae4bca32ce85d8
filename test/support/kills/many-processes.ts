import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../src/platform/database/free-port.js';
import { endAllOf } from '../database-process.js';
import { standstill, LastingFault } from './lasting-fault.js';
import { MemberClock } from './member-clock.js';
import { Member } from './member.js';
import { killPostmaster, killServerProcess, stopImmediately } from './postgres-kills.js';
import type { Random } from './random.js';
import { asCount, ENVIRONMENT, makeHome, type Site, type Target } from './site.js';
import { StruckDatabase } from './struck-database.js';
import { StruckRedis } from './struck-redis.js';
import { openTightDisk, type TightDisk } from './tight-disk.js';

type Kind = 'api' | 'worker' | 'projector';

/** One process, with the calendar that it goes by. */
interface Machine {
  readonly kind: Kind;
  readonly member: Member;
  readonly clock: MemberClock;
}

const MACHINES: readonly (readonly [Kind, string])[] = [
  ['api', 'API A'],
  ['api', 'API B'],
  ['worker', 'worker A'],
  ['worker', 'worker B'],
  ['worker', 'worker C'],
  ['projector', 'projector A'],
  ['projector', 'projector B'],
];

const HOUR_MS = 3_600_000;
/** Milliseconds of a standstill: more than a lease, and less than the patience of a client. */
const STANDSTILL = [2_000, 5_000] as const;
const REDIS_STANDSTILL = [2_000, 6_000] as const;
/** Milliseconds of a full disk. Some outlast the retries of a run, which then may fail of it; the table counts those. */
const FULL_DISK = [500, 3_000] as const;

/** Faults of which each lasts for a while, and what ends them all. */
class LastingFaults {
  private readonly all: LastingFault[] = [];

  constructor(private readonly random: Random) {}

  target(kind: string, weight: number, fault: LastingFault, ms: readonly [number, number]): Target {
    this.all.push(fault);
    return { kind, kills: false, weight, member: null, strike: () => fault.strike(this.random.whole(...ms)) };
  }

  async over(): Promise<void> {
    await Promise.all(this.all.map((fault) => fault.over()));
  }
}

const KILL_WEIGHTS: Readonly<Record<Kind, number>> = { api: 1.5, worker: 2, projector: 1.5 };
const STANDSTILL_WEIGHTS: Readonly<Record<Kind, number>> = { api: 0.3, worker: 0.6, projector: 0.3 };

const processTargets = ({ kind, member }: Machine, lasting: LastingFaults): Target[] => [
  { kind, kills: true, weight: KILL_WEIGHTS[kind], member, strike: () => asCount(member.kill()) },
  lasting.target(
    `${kind} stopped past its lease`,
    STANDSTILL_WEIGHTS[kind],
    standstill(() => member.pid),
    STANDSTILL,
  ),
];

const databaseTargets = (database: StruckDatabase, random: Random): Target[] => [
  {
    ...{ kind: 'postmaster', kills: true, weight: 2, member: null },
    strike: () => asCount(killPostmaster(database.dataDir)),
  },
  {
    ...{ kind: 'database backend', kills: true, weight: 5, member: null },
    strike: () => asCount(killServerProcess(database.dataDir, random)),
  },
  {
    ...{ kind: 'database restarted immediately', kills: false, weight: 1.5, member: null },
    strike: () => asCount(stopImmediately(database.dataDir)),
  },
];

const redisTargets = (redis: StruckRedis, lasting: LastingFaults): Target[] => [
  { kind: 'redis, back empty', kills: true, weight: 3, member: null, strike: () => asCount(redis.kill()) },
  { kind: 'redis flushed', kills: false, weight: 1.5, member: null, strike: () => asCount(redis.flush()) },
  lasting.target(
    'redis stopped',
    0.7,
    standstill(() => redis.pid),
    REDIS_STANDSTILL,
  ),
];

const diskTarget = (disk: TightDisk, lasting: LastingFaults): Target =>
  lasting.target('disk full', 1, new LastingFault({ begin: () => disk.fill(), end: () => disk.free() }), FULL_DISK);

/** An hour ahead, an hour behind, or right again. */
const clockTarget = (machines: readonly Machine[], random: Random): Target => ({
  ...{ kind: 'clock jumped', kills: false, weight: 2, member: null },
  strike: () => {
    random.pick(machines).clock.set(random.pick([-HOUR_MS, 0, HOUR_MS]));
    return Promise.resolve(1);
  },
});

/** Two API processes, three workers and two projectors that share a database, a Redis and a folder, all of which go wrong. */
export const manyProcesses = async (random: Random): Promise<Site> => {
  const home = await makeHome();
  const database = await StruckDatabase.open(home);
  const redis = await StruckRedis.open();
  const ports = [await freePort(null), await freePort(null)];
  const machines = MACHINES.map(([kind, name], place): Machine => {
    const clock = new MemberClock(home, name);
    const env = (): Record<string, string> => ({
      ...ENVIRONMENT,
      // What nothing refers to is looked for all the time, also by those whose clock is an hour ahead.
      SWEEP_SECONDS: '2',
      ROLE: kind,
      PORT: String(ports[place] ?? 0),
      DATABASE_URL: database.url,
      ...(redis && { REDIS_URL: redis.url }),
      ...clock.env,
    });
    return { kind, member: new Member(name, home, env), clock };
  });
  const members = machines.map(({ member }) => member);
  const disk = await openTightDisk(join(home, 'artifacts'), () => members.flatMap(({ pid }) => pid ?? []));
  const lasting = new LastingFaults(random.fork());
  return {
    name: `2 APIs, 3 workers, 2 projectors, PostgreSQL${redis ? ' and Redis' : ''}`,
    origins: ports.map((port) => `http://127.0.0.1:${String(port)}`),
    home,
    members,
    targets: [
      ...machines.flatMap((machine) => processTargets(machine, lasting)),
      ...databaseTargets(database, random.fork()),
      ...(redis ? redisTargets(redis, lasting) : []),
      ...(disk ? [diskTarget(disk, lasting)] : []),
      clockTarget(machines, random.fork()),
    ],
    notes: {
      'redis-server': redis ? 'used' : 'not on the PATH: left out',
      'the disk is filled by': disk?.by ?? 'nothing: neither mount nor prlimit work here',
    },
    database: () => Promise.resolve(database.url),
    calm: () => lasting.over(),
    close: async () => {
      await lasting.over();
      await Promise.all(members.map((member) => member.stop()));
      await redis?.close();
      await database.close();
      await endAllOf(home);
      await disk?.close();
      await rm(home, { recursive: true, force: true });
    },
  };
};
