import { scriptOf } from '../../../src/providers/simulator/script.js';
import type { Served } from './customer.js';
import type { Order } from './orders.js';
import type { AttemptRecord, RunRecord } from './run-record.js';

/** The simulator's server is the database: while it is away, a vendor cannot be reached. */
const COLLATERAL = 'network';

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
  return category === play.category || (category === COLLATERAL && order.provider === 'simulator');
};

/** Whether an attempt failed by the outage of the database and not by its script. */
export const isCollateral = (order: Order, { attempt, end, category }: AttemptRecord): boolean =>
  (end === 'failed' || end === 'retried') && category === COLLATERAL && playOf(order, attempt).category !== category;

/** How a run that nobody cancels has to end: as the script of its last attempt says. */
const expectedEnd = ({ order, retry }: Served, { attempts }: RunRecord): 'completed' | 'failed' => {
  const last = attempts.at(-1);
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

/** Holds a run of the log to what its client asked for and was told. @returns what is wrong */
export const judge = (served: Served, run: RunRecord | undefined): string[] => {
  if (!run) return ['it is not in the log'];
  const problems = [...run.problems, ...countProblems(served, run), ...cancelProblems(served, run)];
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
