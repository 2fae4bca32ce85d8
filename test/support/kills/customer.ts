import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, PatientClient } from './client.js';
import { bodyOf, type Order } from './orders.js';
import type { Random } from './random.js';
import { StreamListener, type Heard } from './stream-listener.js';

/** One client with an errand. */
export interface Visit {
  readonly client: PatientClient;
  readonly random: Random;
  readonly origins: readonly string[];
  /** Whether every run should have ended by now. */
  readonly isLate: () => boolean;
}

/** What became of an order in the eyes of its client. */
export interface Served {
  readonly order: Order;
  readonly runId: string;
  readonly end: string;
  /** A cancel was sent, and whether its success was answered. */
  readonly cancel: 'none' | 'sent' | 'accepted';
  /** Whether the manual retry was answered with success; `sent` where only its repeat was answered. */
  readonly retry: 'none' | 'sent' | 'accepted';
  /** What the stream of the run told, where somebody listened. */
  readonly heard: readonly Heard[] | null;
  /** The run that it refines. */
  readonly parentId: string | null;
}

type Told = Pick<Served, 'end' | 'cancel' | 'retry'>;

const STATUS_PAUSE_MS = 80;
const LISTENED_SHARE = 0.25;
const LISTENER_PATIENCE = [20, 1_500] as const;
/** For what the stream has to tell when the run has ended. */
const LAST_WORDS_MS = 30_000;
const ENDS = ['completed', 'failed', 'cancelled'];

export const unexpected = (what: string, { status, body }: Answer<unknown>): Error =>
  new Error(`${what} was answered with ${String(status)}: ${JSON.stringify(body)}`);

/** The run of an accepted order: done (200), under way (202), failed (500 with the run), cancelled (409 with the run). */
const runOf = (answer: Answer): string => {
  const { status, body } = answer;
  const runId = body['run_id'];
  const known = status === 200 || status === 202 || status === 409 || body['code'] === 'generation_failed';
  if (!known || typeof runId !== 'string') throw unexpected('An order', answer);
  return runId;
};

/** Places an order. @param first the server that it is sent to at first */
export const place = async ({ client }: Visit, order: Order, first?: number): Promise<string> => {
  const send = (): Promise<Answer> =>
    client.ask('/api/generate', {
      method: 'POST',
      headers: { 'idempotency-key': order.key, prefer: order.prefer },
      json: bodyOf(order),
      ...(first !== undefined && { first }),
    });
  const answers = await Promise.all(order.twin ? [send(), send()] : [send()]);
  const runs = new Set(answers.map(runOf));
  const [runId] = runs;
  if (runs.size !== 1 || runId === undefined) throw new Error(`One key made the runs ${[...runs].join(', ')}`);
  return runId;
};

const untilEnded = async (client: PatientClient, runId: string, isLate: () => boolean): Promise<string> => {
  for (;;) {
    const answer = await client.ask(`/api/status/${runId}`);
    if (answer.status !== 200) throw unexpected(`The status of ${runId}`, answer);
    const status = String(answer.body['status']);
    if (ENDS.includes(status)) return status;
    if (isLate()) throw new Error(`The run ${runId} did not end: ${JSON.stringify(answer.body)}`);
    await pause(STATUS_PAUSE_MS);
  }
};

const cancel = async (client: PatientClient, runId: string): Promise<Served['cancel']> => {
  const answer = await client.ask(`/api/generate/${runId}/cancel`, { method: 'POST' });
  if (answer.status === 200) return 'accepted';
  // It ended before, or a try whose answer was lost had cancelled it.
  if (answer.status === 409) return 'sent';
  throw unexpected(`The cancel of ${runId}`, answer);
};

/** If-Match makes the repeat of a retry harmless: it names the version that failed. */
const retry = async (client: PatientClient, runId: string): Promise<Served['retry']> => {
  const seen = await client.ask(`/api/generate/${runId}`);
  const etag = seen.headers.get('etag');
  if (seen.status !== 200 || etag === null) throw unexpected(`The run ${runId}`, seen);
  const answer = await client.ask(`/api/generate/${runId}/retry`, { method: 'POST', headers: { 'if-match': etag } });
  if (answer.status === 202) return 'accepted';
  if (answer.status === 412 && answer.tries > 1) return 'sent';
  throw unexpected(`The retry of ${runId}`, answer);
};

/** Every picture is there, and is what the run says. */
const fetchPictures = async (client: PatientClient, runId: string): Promise<void> => {
  const { body } = await client.ask(`/api/status/${runId}`);
  const artifacts = body['artifacts'] as readonly { url: string; sha256: string }[];
  if (artifacts.length !== 1) throw new Error(`The run ${runId} has ${String(artifacts.length)} artifacts`);
  for (const { url, sha256 } of artifacts) {
    const answer = await client.ask(url);
    if (answer.status !== 200) throw unexpected(`The picture ${url}`, answer);
    if (createHash('sha256').update(answer.content).digest('hex') !== sha256) throw new Error(`${url} is another one`);
  }
};

/** Hangs up and comes again all the time, on whichever server. */
const listenTo = (runId: string, { origins, random }: Visit): StreamListener =>
  new StreamListener({
    ...{ origins, path: `/api/status/stream/${runId}`, random: random.fork(), patience: LISTENER_PATIENCE },
  });

const follow = async ({ client, random, isLate }: Visit, order: Order, runId: string): Promise<Told> => {
  let cancelled: Served['cancel'] = 'none';
  if (order.then === 'cancel') {
    await pause(random.whole(0, 400));
    cancelled = await cancel(client, runId);
  }
  let end = await untilEnded(client, runId, isLate);
  let retried: Served['retry'] = 'none';
  if (order.then === 'retry' && end === 'failed') {
    retried = await retry(client, runId);
    end = await untilEnded(client, runId, isLate);
  }
  if (end === 'completed') await fetchPictures(client, runId);
  return { end, cancel: cancelled, retry: retried };
};

/** Sees an accepted order through. @throws Error for whatever a client should not have to see */
export const seeThrough = async (visit: Visit, order: Order, runId: string): Promise<Served> => {
  const listener = visit.random.chance(LISTENED_SHARE) ? listenTo(runId, visit) : null;
  try {
    const told = await follow(visit, order, runId);
    await listener?.untilOver(LAST_WORDS_MS);
    return { ...told, order, runId, heard: listener?.heard ?? null, parentId: null };
  } finally {
    await listener?.stop();
  }
};

const refine = async (visit: Visit, parent: Served): Promise<Served> => {
  const order: Order = { ...parent.order, key: randomUUID(), prefer: 'respond-async', twin: false, then: 'nothing' };
  const answer = await visit.client.ask(`/api/generate/${parent.runId}/refine`, {
    method: 'POST',
    headers: { 'idempotency-key': order.key, prefer: order.prefer },
    json: { instruction: 'in the first snow' },
  });
  return { ...(await seeThrough(visit, order, runOf(answer))), parentId: parent.runId };
};

/** Places an order and sees it through, and its refinement where one is wished for. */
export const serve = async (visit: Visit, order: Order): Promise<Served[]> => {
  const served = await seeThrough(visit, order, await place(visit, order));
  if (order.then !== 'refine' || served.end !== 'completed') return [served];
  return [served, await refine(visit, served)];
};

/** Places equal orders at the same time, each through another server, and sees them through. */
export const serveEqual = (visit: Visit, orders: readonly Order[]): Promise<Served[]> =>
  Promise.all(orders.map(async (order, first) => seeThrough(visit, order, await place(visit, order, first))));
