import { scriptOf } from '../../../src/providers/simulator/script.js';
import type { Served } from './customer.js';
import type { Order } from './orders.js';
import type { RunEvent } from './log.js';
import type { AttemptRecord, RunRecord } from './run-record.js';

/**
 * What faults do to attempts: the simulator's server is the database, so that while it is away, a vendor cannot be reached; and a full disk
 * takes no picture.
 */
const COLLATERAL: readonly (string | null)[] = ['network', 'storage'];

interface Play {
  readonly succeeds: boolean;
  readonly category: string | null;
}

const playOf = (order: Order, attempt: number): Play => {
  if (order.provider === 'builtin') return { succeeds: true, category: null };
  const script = scriptOf(order.model, attempt, order.seed);
  if (script === null) throw new Error(`The simulator does not know ${order.model}`);
  return script.ends === 'succeeded'
    ? { succeeds: true, category: null }
    : { succeeds: false, category: script.category };
};

/** Given up because worker after worker died with it: after three takeovers, or ten where the vendor had its job. */
const hasOutlivedItsWorkers = ({ category, resumptions, providerJobId }: AttemptRecord): boolean =>
  category === 'stalled' && resumptions >= (providerJobId === null ? 3 : 10);

const explains = (order: Order, record: AttemptRecord): boolean => {
  const { attempt, end, category } = record;
  const play = playOf(order, attempt);
  if (end === 'open') return false;
  if (end === 'cancelled') return true;
  if (end === 'completed') return play.succeeds;
  if (hasOutlivedItsWorkers(record)) return true;
  return category === play.category || isCollateral(order, record);
};

/** Whether an attempt failed by an outage and not by its script. */
export const isCollateral = (order: Order, { attempt, end, category }: AttemptRecord): boolean =>
  (end === 'failed' || end === 'retried') &&
  COLLATERAL.includes(category) &&
  (category === 'storage' || order.provider === 'simulator') &&
  playOf(order, attempt).category !== category;

/** Whether outages took the last attempt that it had. */
export const isLostToOutages = (order: Order, { status, attempts, roundStart }: RunRecord): boolean => {
  const last = attempts.at(-1);
  if (!last || status !== 'failed' || !isCollateral(order, last)) return false;
  return last.attempt - roundStart === order.maxRetries;
};

/** How a run that nobody cancels has to end: as the script of its last attempt says. */
const expectedEnd = ({ order, retry }: Served, run: RunRecord): 'completed' | 'failed' => {
  if (run.source) return 'completed';
  if (run.failedWith !== null || isLostToOutages(order, run)) return 'failed';
  const last = run.attempts.at(-1);
  if (!last || hasOutlivedItsWorkers(last)) return 'failed';
  if (playOf(order, last.attempt).succeeds) return 'completed';
  // A retry by hand is one more attempt, and a script that fails only once has been through with that.
  return retry !== 'none' && order.model.endsWith('-then-ok') ? 'completed' : 'failed';
};

const cancelProblems = ({ cancel }: Served, { status }: RunRecord): string[] => {
  if (status === 'cancelled' && cancel === 'none') return ['it was cancelled and nobody asked for that'];
  if (status !== 'cancelled' && cancel === 'accepted') return [`its cancel was accepted, but it is ${status}`];
  return [];
};

const countProblems = ({ retry }: Served, run: RunRecord): string[] => {
  const problems: string[] = [];
  if (run.completions > 1) problems.push(`it was completed ${String(run.completions)} times`);
  if (run.retryRequests !== (retry === 'none' ? 0 : 1)) {
    problems.push(
      `${String(run.retryRequests)} retries are recorded, the client asked ${retry === 'none' ? 'none' : 'once'}`,
    );
  }
  if (run.artifacts !== run.completions) problems.push(`it has ${String(run.artifacts)} artifacts`);
  const numbers = run.attempts.map(({ attempt }) => attempt).join();
  if (numbers !== run.attempts.map((_, place) => place + 1).join()) problems.push(`its attempts are ${numbers}`);
  return problems;
};

/** The run that it shares a result with has made that itself, and ended in the same way. */
const sharingProblems = ({ source, failedWith }: RunRecord, runs: ReadonlyMap<string, RunRecord>): string[] => {
  const problems: string[] = [];
  const maker = source && runs.get(source.run_id);
  if (source && (maker?.status !== 'completed' || maker.source))
    problems.push(`${source.run_id} did not make its result`);
  if (failedWith !== null && runs.get(failedWith)?.status !== 'failed') problems.push(`${failedWith} did not fail`);
  return problems;
};

/** It is what was ordered, whoever recorded it. */
const orderProblems = ({ order, parentId }: Served, { order: recorded }: RunRecord): string[] => {
  const problems: string[] = [];
  if (recorded?.model !== order.model || recorded.seed !== order.seed) problems.push('another run was recorded');
  if (recorded?.user_id !== order.userId) problems.push(`it is of user ${String(recorded?.user_id)}`);
  if ((recorded?.parent_id ?? null) !== parentId) problems.push(`it refines ${String(recorded?.parent_id)}`);
  return problems;
};

const listenerProblems = ({ heard }: Served, events: readonly RunEvent[]): string[] => {
  if (!heard) return [];
  const told = heard.map(({ id, type }) => `${String(id)} ${type}`).join(', ');
  const recorded = events.map(({ version, type }) => `${String(version)} ${type}`).join(', ');
  return told === recorded ? [] : [`its listener heard ${told} in place of ${recorded}`];
};

/** What the log says of all runs. */
export interface RunsOfLog {
  readonly records: ReadonlyMap<string, RunRecord>;
  readonly events: ReadonlyMap<string, readonly RunEvent[]>;
}

/** Holds a run of the log to what its client asked for and was told. @returns what is wrong */
export const judge = (served: Served, { records, events }: RunsOfLog): string[] => {
  const run = records.get(served.runId);
  if (!run) return ['it is not in the log'];
  const problems = [
    ...run.problems,
    ...orderProblems(served, run),
    ...countProblems(served, run),
    ...cancelProblems(served, run),
    ...sharingProblems(run, records),
    ...listenerProblems(served, events.get(served.runId) ?? []),
  ];
  if (run.status !== served.end) problems.push(`the client saw ${served.end}, the log says ${run.status}`);
  for (const attempt of run.attempts) {
    if (!explains(served.order, attempt)) {
      problems.push(
        `attempt ${String(attempt.attempt)} ended ${attempt.end} (${String(attempt.category)}), against its script`,
      );
    }
  }
  if (run.status !== 'cancelled' && run.status !== expectedEnd(served, run)) {
    problems.push(`it ended ${run.status} and not ${expectedEnd(served, run)}`);
  }
  return problems;
};

/** Of equal runs at one time one is made, and the others take its result. @returns what is wrong */
export const judgeEqual = (group: readonly Served[], { records, events }: RunsOfLog): string[] => {
  const runs = group.flatMap(({ runId }) => records.get(runId) ?? []);
  const completed = runs.filter(({ status }) => status === 'completed');
  if (completed.length === 0 || completed.filter(({ source }) => source === null).length === 1) return [];
  const told = runs.map(({ runId }) => {
    const life = (events.get(runId) ?? []).map(
      ({ position, type, recordedAt }) => `${String(position)} ${type} ${recordedAt}`,
    );
    return `${runId}: ${life.join(', ')}`;
  });
  return [`not one of equal runs made the result for all:\n    ${told.join('\n    ')}`];
};
