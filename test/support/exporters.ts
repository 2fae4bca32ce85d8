import { freePort } from '../../src/platform/database/free-port.js';
import { Daemon, isOnPath } from './program.js';
import { namedIn } from './promql-names.js';
import { until } from './until.js';

/** What tells of the servers, by the prefix of what it tells: Debian's packages of the same names. */
const PROGRAMS = { pg_: 'prometheus-postgres-exporter', redis_: 'prometheus-redis-exporter' } as const;
type Prefix = keyof typeof PROGRAMS;

/** Exporters of the servers that a platform stands on; those that are not on the PATH are left out, which is said. */
export class Exporters {
  private readonly running = new Map<Prefix, { readonly daemon: Daemon; readonly address: string }>();

  static async start({
    database,
    redis,
  }: {
    readonly database: string;
    readonly redis: string | null;
  }): Promise<Exporters> {
    const exporters = new Exporters();
    const source = `${database}${database.includes('?') ? '&' : '?'}sslmode=disable`;
    await exporters.begin('pg_', (address) => [`--web.listen-address=${address}`], { DATA_SOURCE_NAME: source });
    if (redis !== null)
      await exporters.begin('redis_', (address) => [`-web.listen-address=${address}`, `-redis.addr=${redis}`], {});
    return exporters;
  }

  /** Addresses to scrape, by the name of the job. */
  get targets(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.running].map(([prefix, { address }]) => [PROGRAMS[prefix], address]));
  }

  /** Whether somebody tells what an expression asks for. */
  answer(expression: string): boolean {
    const asked = namedIn(expression).selected.flatMap(({ name }) => prefixes.filter((each) => name.startsWith(each)));
    return asked.every((prefix) => this.running.has(prefix));
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ daemon }) => daemon.end()));
  }

  private async begin(
    prefix: Prefix,
    parameters: (address: string) => string[],
    env: Readonly<Record<string, string>>,
  ): Promise<void> {
    const program = PROGRAMS[prefix];
    if (!isOnPath(program)) {
      process.stderr.write(`There is no ${program} on the PATH: what asks for its figures is left out.\n`);
      return;
    }
    const address = `127.0.0.1:${String(await freePort(null))}`;
    const daemon = Daemon.start(program, parameters(address), env);
    const answers = (): Promise<boolean> =>
      fetch(`http://${address}/metrics`).then(
        async (response) => (await response.text()).includes(`\n${prefix}up 1`),
        () => false,
      );
    await until(`${program} reaches its server`, answers, 20_000).catch((error: unknown) => {
      throw new Error(`${program} said:\n${daemon.output}`, { cause: error });
    });
    this.running.set(prefix, { daemon, address });
  }
}

const prefixes = Object.keys(PROGRAMS) as Prefix[];
