import { createHash, randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { openBare, openEmmett, openFull, openRaw } from './append-contestants.mjs';
import { ensureRivals } from './build.mjs';
import { closedLoop } from './closed-loop.mjs';
import { startDatabase } from './durable-database.mjs';
import { median, medians } from './percentiles.mjs';
import { ownCpuSeconds, serverCpuSeconds } from './process-usage.mjs';
import { atLeast, machineOf, printTable } from './report.mjs';

export const DEFAULTS = { seconds: 2, rounds: 5 };

const CALLERS = [1, 8, 32, 128];
const WARM_UP_SECONDS = 0.3;

const NAMES = {
  raw: 'raw INSERT from Node',
  emmett: 'Emmett appendToStream',
  bare: 'Darkroom, events alone',
  full: 'Darkroom, with key and row',
};

const TYPES = ['GenerationCreated', 'GenerationStarted', 'GenerationSubmitted', 'GenerationCompleted'];
const BODY_HASH = createHash('sha256').update('body').digest('hex');
/** About 600 bytes as JSON, the same for every contestant. */
const DATA = {
  prompt: 'a lighthouse above a stormy sea at dusk, waves breaking on the rocks, '.repeat(5),
  settings: { width: 1024, height: 768, steps: 30, cfg_scale: 7, seed: 42, model: 'ok', provider: 'simulator' },
  reasoning: { lighting: 'the prompt says dusk', palette: 'the prompt says stormy' },
};
const metadataOf = (runId) => ({
  correlation_id: runId,
  causation_id: `${runId}:1`,
  actor: 'user:1',
  request_id: runId,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
});

/** The life of one run after another: the event that a caller appends next, and at which version of which stream. */
class Life {
  constructor() {
    this.begin();
  }

  begin() {
    this.version = 0;
    this.streamId = uuidv7();
    this.metadata = metadataOf(this.streamId);
  }

  next() {
    if (this.version === TYPES.length) this.begin();
    const place = this.version++;
    return {
      streamId: this.streamId,
      place,
      id: uuidv7(),
      event: { type: TYPES[place], data: DATA },
      metadata: this.metadata,
      key: { scope: 'user:1 POST /api/generate', key: randomUUID(), bodyHash: BODY_HASH },
    };
  }
}

/** One contestant for a while: its rate, and what an event costs the processors, here and in the server together. */
const runOnce = async ({ postmaster }, contestant, { callers, seconds }) => {
  const append = await contestant.open(callers);
  const lives = Array.from({ length: callers }, () => new Life());
  const usage = () => ownCpuSeconds() + (serverCpuSeconds(postmaster) ?? Number.NaN);
  const [usedBefore, appendedBefore] = [usage(), contestant.appended];
  const figures = await closedLoop(
    async (caller) => {
      await append(lives[caller].next());
      contestant.appended += 1;
    },
    { callers, seconds, warmUpSeconds: WARM_UP_SECONDS },
  );
  const cpuMs = ((usage() - usedBefore) * 1000) / (contestant.appended - appendedBefore);
  return { ...figures, ...(Number.isFinite(cpuMs) && { cpu_ms: cpuMs }) };
};

/** Every contestant at every number of callers, in another order each time, so that a slow moment hits all of them. */
const runRounds = async (database, contestants, { seconds, rounds }) => {
  const results = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const callers of CALLERS) {
      for (let turn = 0; turn < contestants.length; turn++) {
        const contestant = contestants[(turn + round) % contestants.length];
        const key = `${contestant.name} ${callers}`;
        results.set(key, [...(results.get(key) ?? []), await runOnce(database, contestant, { callers, seconds })]);
      }
    }
    console.log(`Round ${round + 1} of ${rounds} is done.`);
  }
  return (name, callers) => results.get(`${name} ${callers}`);
};

/** The median of what each round's ratio was: a slow round slows both. */
const ratio = (above, under) => median(above.map((round, index) => round.per_second / under[index].per_second));

const figuresOf = (resultsOf) =>
  Object.fromEntries(
    CALLERS.map((callers) => {
      const [raw, emmett, bare, full] = Object.keys(NAMES).map((name) => resultsOf(name, callers));
      const ratios = {
        full_to_emmett: ratio(full, emmett),
        bare_to_emmett: ratio(bare, emmett),
        full_to_raw: ratio(full, raw),
      };
      const [rawFigures, emmettFigures, bareFigures, fullFigures] = [raw, emmett, bare, full].map(medians);
      return [
        `callers_${callers}`,
        { raw: rawFigures, emmett: emmettFigures, bare: bareFigures, full: fullFigures, ratios },
      ];
    }),
  );

const print = (figures) => {
  const cell = ({ per_second, p50_ms, p99_ms }) =>
    `${Math.round(per_second)} (${p50_ms.toFixed(1)} / ${p99_ms.toFixed(1)})`;
  const columns = CALLERS.map((callers) => figures[`callers_${callers}`]);
  const head = CALLERS.map((callers) => `${callers} caller${callers === 1 ? '' : 's'}`);
  printTable(
    'Events appended per second (p50 / p99 ms), medians over rounds',
    ['', ...head],
    Object.entries(NAMES).map(([name, title]) => [title, ...columns.map((column) => cell(column[name]))]),
  );
  printTable(
    'CPU milliseconds per event, Node and PostgreSQL together',
    ['', ...head],
    Object.entries(NAMES).map(([name, title]) => [title, ...columns.map((column) => column[name].cpu_ms ?? '-')]),
  );
  printTable(
    'Ratios of the rates',
    ['', ...head],
    Object.keys(columns[0].ratios).map((name) => [name, ...columns.map((column) => column.ratios[name])]),
  );
};

/** Events appended per second by four ways on one durable server, each against the others in the same rounds. */
export const measure = async (options) => {
  ensureRivals();
  const database = await startDatabase();
  const contestants = [];
  try {
    const machine = machineOf(database);
    for (const open of [openRaw, openEmmett, openBare, openFull]) contestants.push(await open(database.url));
    const figures = figuresOf(await runRounds(database, contestants, options));
    for (const contestant of contestants) await contestant.verify();
    print(figures);
    const { callers_1: one, callers_32: many } = figures;
    return {
      machine,
      figures,
      aims: [
        atLeast('32 callers: Darkroom with key, row and NOTIFY / Emmett bare', 3.5, many.ratios.full_to_emmett),
        atLeast('32 callers: Darkroom with key, row and NOTIFY / raw INSERT', 1, many.ratios.full_to_raw),
        atLeast('1 caller: Darkroom with key, row and NOTIFY / Emmett bare', 1, one.ratios.full_to_emmett),
      ],
    };
  } finally {
    await Promise.allSettled(contestants.map((contestant) => contestant.end()));
    await database.remove();
  }
};
