import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { HistoryProjection } from '../../src/generation/history/history.projection.js';
import { DarkroomApi } from '../support/darkroom-api.js';
import { cleanEnvironment, DIST, eventually, startDarkroom } from '../support/darkroom-process.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { onServer } from '../support/database.js';
import { EventSourceReader } from '../support/event-source.js';
import { pictureOf } from '../support/pictures.js';
import { risen, scraped, series, type Samples } from '../support/scraped.js';
import { TraceReceiver } from '../support/trace-receiver.js';
import { UploadClient } from '../support/upload-client.js';

const FOLLOWED = ['history', 'statistics', 'prompt_cache', 'suggestions', 'monitoring'];

describe('/metrics of the parts of the platform', () => {
  let suite: DarkroomSuite;

  beforeAll(async () => {
    suite = await DarkroomSuite.start();
  });
  afterAll(() => suite.stop());

  const rises = (name: string, work: () => Promise<unknown>): Promise<Record<string, number>> =>
    risen(suite.process.opsUrl, name, work);

  describe('of the prompt cache', () => {
    const looked = (tier: string, result: string): string => series('darkroom_cache_requests_total', { tier, result });
    const fared = (result: string): string => series('darkroom_cache_results_total', { result });
    const cacheable = { ...OK, use_cache: true };

    it('counts each look into a tier: into the next one only where the one before had nothing', async () => {
      const asked = { ...cacheable, prompt: 'looks of three requests' };
      const thrice = async (): Promise<void> => {
        for (let time = 0; time < 3; time += 1) expect((await suite.generate(asked)).status).toBe(200);
      };
      expect(await rises('darkroom_cache_requests_total', thrice)).toEqual({
        [looked('memory', 'miss')]: 2,
        [looked('database', 'miss')]: 1,
        [looked('database', 'hit')]: 1,
        [looked('memory', 'hit')]: 1,
      });
    });

    it('counts a run that completed by what the cache did for it', async () => {
      const single = { ...cacheable, prompt: 'a result that is made once' };
      const shared = { ...cacheable, prompt: 'a result that two wait for', model: 'simulator/slow-5s' };
      const four = async (): Promise<void> => {
        await suite.generate({ ...single, use_cache: false });
        await suite.generate(single);
        await suite.generate(single);
        const both = [await suite.begin(shared), await suite.begin(shared)];
        for (const { run_id } of both) expect((await suite.ended(run_id)).status).toBe('completed');
      };
      expect(await rises('darkroom_cache_results_total', four)).toEqual({
        [fared('bypass')]: 1,
        [fared('miss')]: 2,
        [fared('hit')]: 1,
        [fared('joined')]: 1,
      });
    });
  });

  describe('of files', () => {
    it('counts what was made for a run, and not again what another run takes of it', async () => {
      const asked = { ...OK, prompt: 'one file of two runs', use_cache: true };
      let bytes = 0;
      const twice = async (): Promise<void> => {
        const [made, taken] = [await suite.generate(asked), await suite.generate(asked)];
        const [file] = (await suite.detail(made.body.run_id)).artifacts;
        expect((await suite.detail(taken.body.run_id)).artifacts).toHaveLength(1);
        bytes = file?.bytes ?? 0;
      };
      expect(await rises('darkroom_artifact', twice)).toMatchObject({
        [series('darkroom_artifacts_total', { type: 'image', content_type: 'image/png' })]: 1,
        [series('darkroom_artifact_size_bytes_count', { type: 'image' })]: 1,
        [series('darkroom_artifact_size_bytes_sum', { type: 'image' })]: bytes,
      });
      expect(bytes).toBeGreaterThan(0);
    });

    it('counts the bytes of an upload that was taken in, and of none that was refused', async () => {
      const client = new UploadClient(suite);
      const content = await pictureOf('webp');
      const wish = { content_type: 'image/webp', size: content.length };
      const twoUploads = async (): Promise<void> => {
        expect((await client.put(await client.presign(wish), content)).status).toBe(200);
        expect((await client.put(await client.presign(wish), Buffer.from('no picture'))).status).toBe(422);
      };
      expect(await rises('darkroom_upload_bytes_total', twoUploads)).toEqual({
        [series('darkroom_upload_bytes_total', { content_type: 'image/webp' })]: content.length,
      });
    });

    it('measures each operation of the storage', async () => {
      const counted = (operation: string): string =>
        series('darkroom_storage_operation_duration_seconds_count', { operation, outcome: 'ok' });
      const upload = async (): Promise<void> => {
        const client = new UploadClient(suite);
        const content = await pictureOf('png', 61, 41);
        expect((await client.put(await client.presign({ size: content.length }), content)).status).toBe(200);
      };
      expect(await rises(counted('keep'), upload)).toEqual({ [counted('keep')]: 1 });
      expect(await rises(counted('put'), () => suite.generate({ ...OK, prompt: 'a file that is put' }))).toEqual({
        [counted('put')]: 1,
      });
    });
  });

  describe('of projections and reactors', () => {
    it('counts what each of them dealt with, which is all that the log has for it, and every batch in its time', async () => {
      const ofHistory = { subscription: 'history' };
      const events = series('darkroom_subscription_events_total', ofHistory);
      await suite.generate({ ...OK, prompt: 'events of one run' });
      const { rows } = await suite.database.pool.query<{ events: number }>(
        'select count(*)::int as events from events where type = any($1)',
        [new HistoryProjection().handles],
      );
      const inLog = rows[0]?.events;
      expect(inLog).toBeGreaterThan(0);
      await eventually(
        () => scraped(suite.process.opsUrl),
        (told) => told.get(events) === inLog,
      );
      const samples = await scraped(suite.process.opsUrl);
      const batches = (outcome: string): number | undefined =>
        samples.get(series('darkroom_subscription_batch_duration_seconds_count', { ...ofHistory, outcome }));
      expect(batches('ok')).toBeGreaterThan(0);
      expect(batches('failed')).toBe(0);
      expect(samples.get(series('darkroom_subscription_rebuilding', ofHistory))).toBe(0);
    });
  });

  describe('of rebuilds', () => {
    /** For a process to start, on a machine that others use too. */
    const PROCESS_MS = 60_000;
    const rebuild = (name: string): ChildProcess =>
      spawn(process.execPath, [join(DIST, 'cli.js'), 'rebuild', name], {
        env: cleanEnvironment({ DARKROOM_HOME: suite.process.home, DATABASE_URL: suite.database.url }),
        stdio: 'ignore',
      });

    it('tells which read models are built anew, for as long as somebody works at them', async () => {
      const rebuilding = (samples: Samples): string[] =>
        FOLLOWED.filter(
          (each) => samples.get(series('darkroom_subscription_rebuilding', { subscription: each })) !== 0,
        );
      const told = (names: readonly string[]): Promise<Samples> =>
        eventually(
          () => scraped(suite.process.opsUrl),
          (samples) => rebuilding(samples).join() === names.join(),
          PROCESS_MS,
        );
      await told([]);
      const holder = await suite.database.pool.connect();
      let rebuilt: Promise<unknown[]>;
      try {
        // A rebuild takes this row before it puts its own in the place of the live ones.
        await holder.query('begin');
        await holder.query(`select from subscriptions where name = 'history' for update`);
        rebuilt = once(rebuild('history'), 'close');
        await told(['history']);
      } finally {
        holder.release(true);
      }
      expect(await rebuilt).toEqual([0, null]);
      await told([]);
    }, 180_000);
  });

  describe('of streams', () => {
    it('counts each stream that is over, by the reason', async () => {
      const over = (reason: string): string => series('darkroom_sse_disconnects_total', { reason });
      const three = async (): Promise<void> => {
        const { run_id } = await suite.begin({ ...OK, model: 'simulator/slow-5s' });
        const ofRun = await EventSourceReader.open(`${suite.process.url}/api/status/stream/${run_id}`);
        const others = [0, 1].map(() => EventSourceReader.open(`${suite.process.url}/api/events/stream`));
        for (const reader of await Promise.all(others)) reader.close();
        await ofRun.end();
        expect((await suite.api.call('HEAD', '/api/events/stream')).status).toBe(200);
        await eventually(
          () => scraped(suite.process.opsUrl),
          (samples) => samples.get('darkroom_sse_connections') === 0,
        );
      };
      expect(await rises('darkroom_sse_disconnects_total', three)).toEqual({
        [over('client')]: 2,
        [over('terminal')]: 1,
      });
    });
  });

  describe('of the process', () => {
    it('counts a request that waits for its run, until it is answered, and no stream of events', async () => {
      const inFlight = 'darkroom_http_requests_in_flight';
      const reader = await EventSourceReader.open(`${suite.process.url}/api/events/stream`);
      const waiting = suite.generate({ ...OK, prompt: 'waited for', model: 'simulator/slow-5s' });
      const told = (count: number): Promise<Samples> =>
        eventually(
          () => scraped(suite.process.opsUrl),
          (samples) => samples.get(inFlight) === count,
        );
      expect((await told(1)).get('darkroom_sse_connections')).toBe(1);
      await waiting;
      await told(0);
      // On the port of the API the scrape is a request itself.
      expect((await scraped(suite.process.url)).get(inFlight)).toBe(0);
      reader.close();
    });

    it('tells how busy its event loop is', async () => {
      const ratio = (await scraped(suite.process.opsUrl)).get('nodejs_eventloop_utilization_ratio');
      expect(ratio).toBeGreaterThan(0);
      expect(ratio).toBeLessThan(1);
    });

    it('tells whether what it depends on answers, and waits for none of it', async () => {
      const up = (samples: Samples): (number | undefined)[] =>
        ['database', 'queue', 'storage'].map((each) =>
          samples.get(series('darkroom_dependency_up', { dependency: each })),
        );
      await eventually(
        () => scraped(suite.process.opsUrl),
        (samples) => up(samples).every((each) => each === 1),
      );
      const name = new URL(suite.database.url).pathname.slice(1);
      await onServer(`alter database ${name} with allow_connections false`);
      try {
        await onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
        await eventually(
          () => scraped(suite.process.opsUrl),
          (samples) => up(samples).join() === '0,0,1',
          20_000,
        );
      } finally {
        await onServer(`alter database ${name} with allow_connections true`);
      }
      await eventually(
        () => scraped(suite.process.opsUrl),
        (samples) => up(samples).join() === '1,1,1',
        20_000,
      );
    });
  });

  it('counts the spans and the lines that nobody has', async () => {
    const collector = await TraceReceiver.start();
    collector.refuse();
    const lossy = await startDarkroom({
      env: {
        ...{ DATABASE_URL: suite.database.url, LOG_DIR: '/dev/null/logs', LOG_LEVEL: 'info', ROLE: 'api' },
        ...{ ...collector.env, OTEL_TRACES_SAMPLER: 'parentbased_always_on' },
      },
    });
    try {
      const dropped = (signal: string): string => series('darkroom_telemetry_dropped_total', { signal });
      const logged = (samples: Samples): number =>
        [...samples].reduce(
          (sum, [name, value]) => sum + (name.startsWith('darkroom_log_messages_total') ? value : 0),
          0,
        );
      await new DarkroomApi(lossy.url).get('/api/models');
      await eventually(
        () => scraped(lossy.opsUrl),
        (samples) => logged(samples) > 0 && samples.get(dropped('log_lines')) === logged(samples),
      );
      await eventually(
        () => scraped(lossy.opsUrl),
        (samples) => collector.spans.length > 0 && samples.get(dropped('spans')) === collector.spans.length,
      );
    } finally {
      await lossy.stop();
      await collector.close();
    }
  });
});
