import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

export const ROLES = ['api', 'worker', 'projector'] as const;
export type Role = (typeof ROLES)[number];

/** All problems of the environment at once, each with the explanation of its key. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  readonly code = 'config_invalid';
  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(`The environment is not valid:\n  ${problems.join('\n  ')}`, options);
  }
}

interface Key<T> {
  /** One sentence for docs/configuration.md and for the error. */
  readonly doc: string;
  /** As a person would write it in the environment; empty where there is no default. */
  readonly fallback: string;
  /** @throws Error with what is wrong, in words that follow the value. */
  readonly parse: (value: string) => T;
}

const key = <T>(fallback: string, doc: string, parse: (value: string) => T): Key<T> => ({ fallback, doc, parse });

const text = (value: string): string => value;
const optional = (value: string): string | null => (value === '' ? null : value);

const number =
  (min: number, max: number) =>
  (value: string): number => {
    const parsed = Number(value);
    if (value.trim() === '' || !Number.isFinite(parsed) || parsed < min || parsed > max) {
      throw new Error(`is not a number from ${String(min)} to ${String(max)}`);
    }
    return parsed;
  };

const integer = (min: number, max: number) => {
  const inRange = number(min, max);
  return (value: string): number => {
    const parsed = inRange(value);
    if (!Number.isInteger(parsed)) throw new Error('is not a whole number');
    return parsed;
  };
};

const oneOf =
  <const T extends string>(...allowed: readonly T[]) =>
  (value: string): T => {
    const found = allowed.find((each) => each === value);
    if (found === undefined) throw new Error(`is not one of ${allowed.join(', ')}`);
    return found;
  };

const flag = (value: string): boolean => oneOf('true', 'false')(value) === 'true';

const roles = (value: string): readonly Role[] => {
  const parseOne = oneOf(...ROLES);
  return value === 'all' ? ROLES : [...new Set(value.split(',').map((part) => parseOne(part.trim())))];
};

const oneUser = integer(1, 2 ** 31 - 1);
const oneWeight = number(0.01, 1000);

const userWeights = (value: string): ReadonlyMap<number, number> => {
  const pairs = value === '' ? [] : value.split(',').map((pair) => pair.split('='));
  const weights = new Map(
    pairs.map(([user = '', weight = '', ...rest]) => {
      if (rest.length > 0) throw new Error('is not a list like 7=4,12=0.5');
      return [oneUser(user), oneWeight(weight)] as const;
    }),
  );
  if (weights.size < pairs.length) throw new Error('names a user twice');
  return weights;
};

const migrationNumbers = (value: string): readonly number[] => {
  const numbers = value === '' ? [] : value.split(',').map((part) => part.trim());
  if (numbers.some((each) => !/^\d{4}$/.test(each))) throw new Error('is not a list like 0026,0027');
  return numbers.map(Number);
};

const OTLP_PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;

const httpUrl = (value: string): string | null => {
  if (value === '') return null;
  if (!/^https?:\/\/[^/]/.test(value) || !URL.canParse(value)) throw new Error('is not a URL like http://host:4318');
  return value;
};

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

const loopback = (value: string): string => {
  if (!LOOPBACK.test(value)) {
    throw new Error('is a public address, and without API keys Darkroom listens on a loopback address only');
  }
  return value;
};

const databaseUrl = (value: string): string | null => {
  if (value === '') return null;
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) {
    throw new Error('is not a URL like postgresql://user:password@host:5432/database');
  }
  return value;
};

const redisUrl = (value: string): string | null => {
  if (value === '') return null;
  const database = URL.canParse(value) ? new URL(value).pathname : 'none';
  if (!/^rediss?:\/\/[^/]/.test(value) || !/^\/?\d*$/.test(database)) {
    throw new Error('is not a URL like redis://user:password@host:6379/0');
  }
  return value;
};

/** Every key that Darkroom reads. The only place that knows the environment; docs/configuration.md is generated from it. */
export const KEYS = {
  ROLE: key('all', 'What this process does: `all`, or a comma-separated list of `api`, `worker`, `projector`.', roles),
  HOST: key(
    '127.0.0.1',
    'Address that the API listens on; only a loopback address while there are no API keys.',
    loopback,
  ),
  PORT: key('8000', 'Port of the API; 0 takes a free one.', integer(0, 65535)),
  OPS_HOST: key(
    '127.0.0.1',
    'Address of the port for operators; there is nothing on it but metrics and probes, so that it may be a public one.',
    text,
  ),
  OPS_PORT: key(
    '',
    'Port on which every role answers `/metrics` and `/health/…`, as the API does on its own port too; 0 takes a free one, and the default is 9464, or a free one where that is taken.',
    (value) => (value === '' ? null : integer(0, 65535)(value)),
  ),
  DARKROOM_HOME: key('.darkroom', 'Folder of the embedded database and of the artifacts; survives restarts.', (value) =>
    resolve(value),
  ),
  DATABASE_URL: key('', 'A PostgreSQL server, 14 or newer, to use in place of the embedded one.', databaseUrl),
  MIGRATIONS: key(
    'run',
    'Who brings the database to the schema of this build: `run`, each process at its start; or `wait`, only `npm run cli -- migrate`, for which a start waits two minutes.',
    oneOf('run', 'wait'),
  ),
  NEWER_MIGRATIONS: key(
    '',
    'Numbers of migrations of a newer build beside which this one may run all the same, like `0026,0027`, for the way back from an upgrade: only such as say in their file that they break nothing for an older build.',
    migrationNumbers,
  ),
  DATABASE_POOL_SIZE: key('10', 'Largest number of pooled database connections of this process.', integer(5, 200)),
  REDIS_URL: key(
    '',
    'A Redis, 6.2 or newer, whose database no other installation uses: `redis://` or `rediss://`. With it wake-ups go through Bull, and found results and progress through it too; without it all of that is in PostgreSQL.',
    redisUrl,
  ),
  EMBEDDED_PG_BIN: key('', 'Folder with `initdb` and `postgres` to use in place of the packaged binaries.', optional),
  LOG_LEVEL: key(
    'info',
    'Least severe level that is logged.',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  ),
  LOG_DIR: key(
    '',
    'Folder of log files beside the standard output, `<service>/<service>.N.log`, 10 MB each: the newest one and five before it stay. Several processes may share it.',
    (value) => (value === '' ? null : resolve(value)),
  ),
  LOG_PROMPTS: key('false', '`true` lets prompts stand in the log; else their hash and length do.', flag),
  LOG_FORMAT: key(
    'auto',
    '`json`, `pretty`, or `auto`: pretty on a terminal, JSON elsewhere.',
    oneOf('auto', 'json', 'pretty'),
  ),
  DEFAULT_MODEL: key('builtin/studio', 'Model of requests that name none, as `provider/model`.', text),
  SIMULATOR: key('off', '`on` offers the provider `simulator`, for tests, demos and load.', oneOf('on', 'off')),
  PROVIDER_LIMITS: key(
    '',
    'How many calls a provider takes from all workers together, like `simulator=4,10/s;fal=2`: at the same time, and in a second (`/s`), minute (`/min`) or hour (`/h`); none means as many as there are.',
    text,
  ),
  SIMULATOR_LATENCY_MS: key(
    '0',
    'Milliseconds that the simulator takes for each result on top of what its model says, for demonstrations and measurements.',
    integer(0, 600_000),
  ),
  PROMPT_CACHE_TTL_SECONDS: key(
    '2592000',
    'How long a result answers the same request again, in the database.',
    integer(1, 315_360_000),
  ),
  PROMPT_CACHE_HOT_TTL_SECONDS: key(
    '3600',
    'How long a process keeps a result in memory before it asks the database again.',
    integer(1, 86_400),
  ),
  PROMPT_CACHE_HOT_ENTRIES: key(
    '10000',
    'Results that a process keeps in memory at most; the least recently used leave.',
    integer(1, 10_000_000),
  ),
  WAIT_LIMIT_SECONDS: key(
    '60',
    'How long a synchronous request waits for its run before it is answered with 202.',
    integer(1, 120),
  ),
  WORKER_CONCURRENCY: key('16', 'Attempts that one worker process runs at the same time.', integer(1, 500)),
  USER_WEIGHTS: key(
    '',
    'Turns in the queue that users have for each turn of one who is not named, as `USER=WEIGHT,USER=WEIGHT`, weights from 0.01 to 1000.',
    userWeights,
  ),
  RENDER_THREADS: key(
    String(Math.max(1, availableParallelism() - 1)),
    'Threads of the built-in provider for pictures, and as many for videos; the default is the number of processors less one.',
    integer(1, 64),
  ),
  WORKER_LEASE_SECONDS: key(
    '10',
    'A worker that was silent for so long counts as dead and its runs are taken over.',
    number(0.5, 600),
  ),
  ATTEMPT_TIMEOUT_SECONDS: key(
    '300',
    'An attempt fails when its provider takes longer for one result, not counting the time that it serves others first, with the category `timeout`.',
    number(1, 86400),
  ),
  RETRY_BASE_SECONDS: key(
    '1',
    'Wait before the second attempt; each further wait is twice the one before.',
    number(0.01, 60),
  ),
  RETRY_JITTER: key('0', 'Share of a retry wait that is random, 0 – 1; 0 keeps the exact schedule.', number(0, 1)),
  UPLOAD_LINK_SECONDS: key('900', 'How long the link of an upload is good for.', integer(1, 86400)),
  SWEEP_SECONDS: key(
    '3600',
    'How often a worker looks for pictures that nothing refers to and for links of uploads that were never used.',
    integer(1, 86400),
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: key(
    '',
    'An OpenTelemetry collector, like `http://localhost:4318`, that traces are sent to; none means that nothing is traced. Every other variable `OTEL_…` of the OpenTelemetry SDK counts too.',
    httpUrl,
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: key(
    '',
    'The same for traces alone, with the whole path, like `http://localhost:4318/v1/traces`.',
    httpUrl,
  ),
  OTEL_EXPORTER_OTLP_PROTOCOL: key(
    'http/protobuf',
    'How the collector is spoken to: `http/protobuf`, `http/json` or `grpc`.',
    oneOf(...OTLP_PROTOCOLS),
  ),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: key('', 'The same for traces alone.', (value) =>
    value === '' ? null : oneOf(...OTLP_PROTOCOLS)(value),
  ),
  OTEL_TRACES_EXPORTER: key(
    '',
    '`otlp`, `console` or `none`; without it `otlp` where there is an endpoint, else `none`.',
    (value) => (value === '' ? null : oneOf('otlp', 'console', 'none')(value)),
  ),
  OTEL_SDK_DISABLED: key(
    'false',
    '`true` switches tracing off, whatever else is set.',
    (value) => value.toLowerCase() === 'true',
  ),
  OTEL_SERVICE_NAME: key('darkroom', 'Name of this program in traces.', text),
  OTEL_TRACES_SAMPLER: key(
    'parentbased_traceidratio',
    'Which requests are traced; `parentbased_…` does as the caller does who sends a `traceparent`.',
    oneOf(
      ...(['always_on', 'always_off', 'traceidratio'] as const),
      ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
    ),
  ),
  OTEL_TRACES_SAMPLER_ARG: key('1', 'Share of the traces that a sampler by `traceidratio` takes, 0 – 1.', number(0, 1)),
  SHUTDOWN_DRAIN_SECONDS: key(
    '0',
    'How long the API goes on serving after SIGTERM while `/health/ready` says 503: as long as whatever sends requests here may take to notice.',
    number(0, 600),
  ),
  SHUTDOWN_GRACE_SECONDS: key(
    '10',
    'How long running attempts may finish after SIGTERM before they go back to the queue.',
    number(0, 600),
  ),
} as const;

/** Their values hold passwords, and what is wrong with one stands in logs. */
const SECRET: ReadonlySet<string> = new Set<keyof typeof KEYS>(['DATABASE_URL', 'REDIS_URL']);

const problemOf = (
  { name, value, doc }: { readonly name: string; readonly value: string; readonly doc: string },
  problem: string,
): string => `${name}${SECRET.has(name) ? '' : `=${JSON.stringify(value)}`} ${problem}. ${doc}`;

type ParsedKeys = { readonly [K in keyof typeof KEYS]: ReturnType<(typeof KEYS)[K]['parse']> };

/** The environment, parsed and frozen. An injectable class so that Nest needs no separate token. */
export class Config {
  private constructor(private readonly parsed: ParsedKeys) {}

  get<K extends keyof ParsedKeys>(name: K): ParsedKeys[K] {
    return this.parsed[name];
  }

  has(role: Role): boolean {
    return this.parsed.ROLE.includes(role);
  }

  /** The same for a process that only looks: it neither serves, works nor projects. */
  withoutRoles(): Config {
    return new Config(Object.freeze({ ...this.parsed, ROLE: [] }));
  }

  /** For what only turns out to be wrong with a key when it is used, in words that follow its value. */
  invalid(name: Exclude<keyof ParsedKeys, 'USER_WEIGHTS'>, problem: string, options?: ErrorOptions): ConfigInvalid {
    return new ConfigInvalid(
      [problemOf({ name, value: String(this.parsed[name]), doc: KEYS[name].doc }, problem)],
      options,
    );
  }

  /** @throws ConfigInvalid naming every bad key at once. */
  static from(environment: Readonly<Record<string, string | undefined>>): Config {
    const problems: string[] = [];
    const entries = Object.entries(KEYS).map(([name, { doc, fallback, parse }]) => {
      const value = environment[name] ?? fallback;
      try {
        return [name, parse(value)] as const;
      } catch (error) {
        problems.push(problemOf({ name, value, doc }, (error as Error).message));
        return [name, undefined] as const;
      }
    });
    if (problems.length > 0) throw new ConfigInvalid(problems);
    return new Config(Object.freeze(Object.fromEntries(entries)) as ParsedKeys);
  }

  static fromProcess(): Config {
    return Config.from(process.env);
  }
}
