import type {
  AcceptedGeneration,
  Generation,
  GenerationDetail,
  RunStatus,
} from '../../src/generation/status/generation-answer.dto.js';
import type { RunHistory } from '../../src/generation/status/run-history.dto.js';
import { DarkroomApi, type Answer } from './darkroom-api.js';
import { eventually, startDarkroom, type DarkroomProcess } from './darkroom-process.js';
import { freshDatabase, type TestDatabase } from './database.js';

/** Short waits between attempts, so that a suite sees four of them in a second. */
export const RETRY_BASE_SECONDS = 0.1;

const ENV = {
  SIMULATOR: 'on',
  RETRY_BASE_SECONDS: String(RETRY_BASE_SECONDS),
  // Some instances of a test's process share the machine with others.
  RENDER_THREADS: '1',
};

/** What the simulator is asked for where the picture does not matter. */
export const OK = { prompt: 'a red car in the rain', model: 'simulator/ok', use_cache: false };

/** Tests repeat themselves, and each run is to be made; those of the cache say so. */
const ownResult = (body: object): object => ({ use_cache: false, ...body });

/** One Darkroom process with a database of its own, and a look behind its API. */
export class DarkroomSuite {
  private constructor(
    readonly database: TestDatabase,
    private running: DarkroomProcess,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<DarkroomSuite> {
    const database = await freshDatabase();
    const all = { ...ENV, DATABASE_URL: database.url, ...env };
    return new DarkroomSuite(database, await startDarkroom({ env: all }), all);
  }

  get process(): DarkroomProcess {
    return this.running;
  }

  get api(): DarkroomApi {
    return new DarkroomApi(this.running.url);
  }

  /** Ends the process with SIGTERM and starts another on the same data. */
  async restart(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.running.end('SIGTERM');
    this.running = await startDarkroom({ home: this.running.home, env: { ...this.env, ...env } });
  }

  /** @throws Error when the process had said that something went wrong which nobody caught */
  async stop(): Promise<void> {
    const output = this.running.output();
    await this.running.stop();
    await this.database.drop();
    if (/unhandled|uncaught|MaxListeners|DeprecationWarning/i.test(output))
      throw new Error(`The process wrote:\n${output}`);
  }

  /** Asks for a run at once and does not wait for its end. */
  async begin(body: object, headers: Record<string, string> = {}): Promise<AcceptedGeneration> {
    const { status, body: accepted } = await this.api.post<AcceptedGeneration>('/api/generate', ownResult(body), {
      prefer: 'respond-async',
      ...headers,
    });
    if (status !== 202) throw new Error(`${String(status)} ${JSON.stringify(accepted)}`);
    return accepted;
  }

  generate(body: object, headers: Record<string, string> = {}): Promise<Answer<Generation>> {
    return this.api.post<Generation>('/api/generate', ownResult(body), headers);
  }

  async detail(id: string | number): Promise<GenerationDetail> {
    return (await this.api.get<GenerationDetail>(`/api/generate/${String(id)}`)).body;
  }

  /** The status of a run once it satisfies. */
  status(runId: string, satisfies: (status: RunStatus) => boolean, deadlineMs?: number): Promise<RunStatus> {
    return eventually(async () => (await this.api.get<RunStatus>(`/api/status/${runId}`)).body, satisfies, deadlineMs);
  }

  ended(runId: string): Promise<RunStatus> {
    return this.status(runId, ({ completed_at }) => completed_at !== null);
  }

  async history(runId: string): Promise<RunHistory['events']> {
    return (await this.api.get<RunHistory>(`/api/generate/${runId}/events`)).body.events;
  }

  /** The stored events of a run without the prefix that all types have: `Created`, `Started`, … */
  async eventTypes(runId: string): Promise<readonly string[]> {
    const { rows } = await this.database.pool.query<{ type: string }>(
      'select type from events where stream_id = $1 order by version',
      [runId],
    );
    return rows.map(({ type }) => type.replace(/^Generation/, ''));
  }

  /** The run's row of the read model. */
  async row(runId: string): Promise<Readonly<Record<string, unknown>>> {
    const { rows } = await this.database.pool.query<Record<string, unknown>>(
      'select * from generations where run_id = $1',
      [runId],
    );
    return rows[0] ?? {};
  }

  /** Ids of the jobs that the queue holds for a run. */
  async jobs(runId: string): Promise<readonly string[]> {
    const { rows } = await this.database.pool.query<{ id: string }>(
      'select id from jobs where id like $1 order by id',
      [`${runId}:%`],
    );
    return rows.map(({ id }) => id);
  }

  /** How many runs there are. */
  async runs(): Promise<number> {
    const { rows } = await this.database.pool.query<{ runs: number }>('select count(*)::int as runs from generations');
    return rows[0]?.runs ?? 0;
  }
}
