import type { Pool } from 'pg';
import type { ErrorCategory } from '../image-provider.port.js';
import { GroupedCalls } from './grouped-calls.js';
import type { Size } from './picture.js';

/** A job as it is accepted. */
export interface NewJob extends Size {
  readonly id: string;
  readonly requestKey: string;
  readonly model: string;
  readonly durationMs: number;
  readonly failure: ErrorCategory | null;
  readonly digest: string;
  readonly seed: number;
}

/** A job as it stands, by the database's clock. */
export interface JobState {
  readonly cancelled: boolean;
  readonly failure: ErrorCategory | null;
  /** Milliseconds since it was accepted, and from then until it is ready. */
  readonly ageMs: number;
  readonly durationMs: number;
}

/** What a picture is drawn from. */
export interface JobPicture extends Size {
  readonly digest: string;
  readonly seed: number;
}

const SUBMIT = {
  name: 'simulator_submit',
  text: `insert into simulator_jobs as known
           (id, request_key, model, ready_at, failure, digest, width, height, seed, submits)
         select id, request_key, model, now() + make_interval(secs => duration_ms / 1000.0), failure, digest, width, height, seed, submits
           from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::int[], $8::int[], $9::bigint[],
                       $10::int[])
                as job (id, request_key, model, duration_ms, failure, digest, width, height, seed, submits)
          order by id
         on conflict (id) do update set submits = known.submits + excluded.submits`,
} as const;

const STATES = {
  name: 'simulator_states',
  text: `select id, cancelled_at is not null as cancelled, failure,
                extract(epoch from now() - submitted_at)::float8 * 1000 as age_ms,
                extract(epoch from ready_at - submitted_at)::float8 * 1000 as duration_ms
           from simulator_jobs where id = any($1::text[])`,
} as const;

const FETCH = {
  name: 'simulator_fetch',
  // By the key alone: a join would be planned as a scan of the whole table while that is small, and stay one.
  text: `update simulator_jobs set fetches = fetches + ($2::int[])[array_position($1::text[], id)]
          where id = any($1::text[]) and cancelled_at is null and failure is null and ready_at <= now()
         returning id, digest, width, height, seed::float8 as seed`,
} as const;

const CANCEL = `update simulator_jobs set cancelled_at = now() where id = $1 and cancelled_at is null and ready_at > now()`;

interface StateRow {
  readonly id: string;
  readonly cancelled: boolean;
  readonly failure: ErrorCategory | null;
  readonly age_ms: number;
  readonly duration_ms: number;
}

function occurrences(ids: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** The table `simulator_jobs`. Calls that wait together go as one statement; they reject with the error of `pg`. */
export class SimulatorJobs {
  private readonly submits = new GroupedCalls<NewJob, true>((jobs) => this.submitAll(jobs));
  private readonly states = new GroupedCalls<string, JobState | null>((ids) => this.statesOf(ids));
  private readonly fetches = new GroupedCalls<string, JobPicture | null>((ids) => this.fetchAll(ids));

  constructor(private readonly pool: Pool) {}

  /** Keeps the job, or counts one more submit of the one that is there. */
  async submit(job: NewJob): Promise<void> {
    await this.submits.call(job);
  }

  /** @returns null for an unknown job */
  state(id: string): Promise<JobState | null> {
    return this.states.call(id);
  }

  /** @returns null unless the job has succeeded */
  fetch(id: string): Promise<JobPicture | null> {
    return this.fetches.call(id);
  }

  async cancel(id: string): Promise<void> {
    await this.pool.query(CANCEL, [id]);
  }

  private async submitAll(jobs: readonly NewJob[]): Promise<readonly true[]> {
    const submits = occurrences(jobs.map((job) => job.id));
    const distinct = [...new Map(jobs.map((job) => [job.id, job])).values()];
    await this.pool.query({
      ...SUBMIT,
      values: [
        distinct.map((job) => job.id),
        distinct.map((job) => job.requestKey),
        distinct.map((job) => job.model),
        distinct.map((job) => job.durationMs),
        distinct.map((job) => job.failure),
        distinct.map((job) => job.digest),
        distinct.map((job) => job.width),
        distinct.map((job) => job.height),
        distinct.map((job) => job.seed),
        distinct.map((job) => submits.get(job.id)),
      ],
    });
    return jobs.map(() => true);
  }

  private async statesOf(ids: readonly string[]): Promise<readonly (JobState | null)[]> {
    const { rows } = await this.pool.query<StateRow>({ ...STATES, values: [ids] });
    const states = new Map(
      rows.map(({ id, cancelled, failure, age_ms: ageMs, duration_ms: durationMs }) => [
        id,
        { cancelled, failure, ageMs, durationMs },
      ]),
    );
    return ids.map((id) => states.get(id) ?? null);
  }

  private async fetchAll(ids: readonly string[]): Promise<readonly (JobPicture | null)[]> {
    const asked = occurrences([...ids].sort());
    const { rows } = await this.pool.query<JobPicture & { readonly id: string }>({
      ...FETCH,
      values: [[...asked.keys()], [...asked.values()]],
    });
    const pictures = new Map(rows.map(({ id, ...picture }) => [id, picture]));
    return ids.map((id) => pictures.get(id) ?? null);
  }
}
