import type pg from 'pg';
import type { AttemptRecord, RunRecord } from './run-record.js';

/** A job in the simulated vendor's own books. */
export interface VendorJob {
  readonly id: string;
  readonly request_key: string;
  readonly submits: number;
  readonly fetches: number;
}

export const readVendorJobs = async (client: pg.Client): Promise<VendorJob[]> =>
  (await client.query<VendorJob>('select id, request_key, submits, fetches from simulator_jobs')).rows;

/** An attempt whose job the log names: the vendor has that very job, and gave its picture out if the attempt was completed. */
const jobProblems = (key: string, { end, providerJobId }: AttemptRecord, job: VendorJob | undefined): string[] => {
  if (providerJobId === null) return [];
  if (job?.id !== providerJobId) return [`${key} is not the vendor's job of the log`];
  // As often as answers were lost with their connections: the vendor gives the same picture again and is paid once.
  return end !== 'completed' || job.fetches >= 1 ? [] : [`${key} was completed and never fetched`];
};

/** No job stands behind two attempts, so none is completed twice. */
const sharedJobs = (attempts: readonly AttemptRecord[]): string[] => {
  const known = new Set<string>();
  return attempts.flatMap(({ providerJobId }) => {
    if (providerJobId === null || !known.has(providerJobId)) {
      if (providerJobId !== null) known.add(providerJobId);
      return [];
    }
    return [`two attempts have the job ${providerJobId}`];
  });
};

/** The vendor's own books: each attempt was taken once, sent again only by a worker that could not know, and fetched if completed. */
export const vendorProblems = (jobs: readonly VendorJob[], runs: ReadonlyMap<string, RunRecord>): string[] => {
  const attempts = new Map<string, AttemptRecord>(
    [...runs.values()].flatMap((run) =>
      run.attempts.map((attempt) => [`${run.runId}:${String(attempt.attempt)}`, attempt] as const),
    ),
  );
  const keys = new Map(jobs.map((job) => [job.request_key, job]));
  const problems = keys.size === jobs.length ? [] : ['the vendor took one request twice'];
  for (const { request_key: key, submits } of jobs) {
    const attempt = attempts.get(key);
    if (!attempt) problems.push(`the vendor has ${key}, which the log does not know`);
    else if (submits > 1 + attempt.unsubmittedResumptions) {
      problems.push(
        `${key} was sent ${String(submits)} times, with ${String(attempt.unsubmittedResumptions)} takeovers`,
      );
    }
  }
  return [
    ...problems,
    ...sharedJobs([...attempts.values()]),
    ...[...attempts].flatMap(([key, attempt]) => jobProblems(key, attempt, keys.get(key))),
  ];
};
