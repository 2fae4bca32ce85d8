import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecisionHandler } from '../../src/eventsourcing/decision-handler.js';
import { GENERATION_EVENTS } from '../../src/generation/generation.events.js';
import { GENERATION_KIND, GENERATION_ROWS } from '../../src/generation/generation.store.js';
import { Verification } from '../../src/operations/verification.store.js';
import { DiskBlobStore } from '../../src/platform/storage/disk-blob.store.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { appendOf, METADATA, NOTED } from '../support/event-samples.js';
import { artifactOf, please } from '../support/generations.js';
import { KernelProcess } from '../support/kernel-process.js';
import { createTally, readTally, TallyProjection } from '../support/tally-projection.js';
import { until } from '../support/until.js';

const PICTURE = Buffer.from('a picture of which every byte counts');
const SHA256 = createHash('sha256').update(PICTURE).digest('hex');
const [COMPLETED, WAITING, ARTIFACT] = [randomUUID(), randomUUID(), randomUUID()];

describe('the verification', () => {
  let database: TestDatabase;
  let folder: string;
  let process: KernelProcess;
  let verification: Verification;

  /** A completed run at the positions 1 to 4 and one that waits at 5. */
  const makeRuns = async (): Promise<void> => {
    const generations = new DecisionHandler(process.store, GENERATION_KIND);
    const artifact = { ...artifactOf(), id: ARTIFACT, sha256: SHA256, bytes: PICTURE.length };
    for (const command of [please.create(), please.start(), please.complete({ artifacts: [artifact] })])
      await generations.decide(COMPLETED, command, { metadata: METADATA });
    await generations.decide(WAITING, please.create(), { metadata: METADATA });
  };

  beforeEach(async () => {
    database = await freshDatabase();
    folder = await mkdtemp(join(tmpdir(), 'darkroom-verify-'));
    process = new KernelProcess(database.url, { declarations: [GENERATION_EVENTS, NOTED] });
    await createTally(database.pool);
    process.subscriptions.addInlineReadModel(GENERATION_ROWS);
    process.subscriptions.addProjection(new TallyProjection());
    const blobs = new DiskBlobStore(folder);
    await blobs.prepare();
    await blobs.put(PICTURE);
    verification = new Verification(process.pool, process.store, process.subscriptions, blobs);
    await process.start();
    await makeRuns();
    await process.store.append(appendOf(['counted']));
    await until('the projection has counted', async () => (await readTally(database.pool)).events === 1);
  });
  afterEach(async () => {
    await process.close();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  /** As somebody would who has the rights of the owner and means to. */
  const forge = async (sql: string): Promise<void> => {
    await database.pool.query(`begin; set local darkroom.maintenance = 'erasure'; ${sql}; commit`);
  };
  const blobFile = (): string => join(folder, SHA256.slice(0, 2), SHA256);
  /** Name and problem of each check that fails. */
  const failures = async (): Promise<string[]> =>
    (await verification.run()).flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));

  it('finds nothing where everything holds, and says what it looked at', async () => {
    expect(await verification.run()).toEqual([
      { name: 'log order', checked: '6 events', problems: [], total: 0 },
      { name: 'stream versions', checked: '3 streams', problems: [], total: 0 },
      { name: 'stream heads', checked: 'version of each stream against its events', problems: [], total: 0 },
      { name: 'parked events', checked: '0', problems: [], total: 0 },
      { name: 'artifacts', checked: '1 against their checksums', problems: [], total: 0 },
      { name: 'uploads', checked: '0 against their checksums', problems: [], total: 0 },
      { name: 'read model generations', checked: 'against a rebuild from its streams', problems: [], total: 0 },
      { name: 'projection tally', checked: 'against a rebuild from the log', problems: [], total: 0 },
    ]);
  });

  it.each<[what: string, sql: string, found: string[]]>([
    [
      'a hole in the log',
      'update events set position = 8 where position = 4',
      ['log order: 6 events stand at positions 1 to 8: the log has holes'],
    ],
    [
      'a log whose beginning is gone',
      `delete from events where stream_id = '${COMPLETED}'; delete from streams where stream_id = '${COMPLETED}';
       delete from generations where run_id = '${COMPLETED}'; delete from artifacts`,
      ['log order: 2 events stand at positions 5 to 6: the log has holes'],
    ],
    [
      'events of a stream in another order than that of the log',
      `update events set position = 100 where position = 2; update events set position = 2 where position = 3;
       update events set position = 3 where position = 100`,
      [`stream versions: stream ${COMPLETED} has versions with holes, or out of the log's order`],
    ],
    [
      'a stream whose first version is gone',
      `update events set version = 2 where stream_id = '${WAITING}'; update streams set version = 2 where stream_id = '${WAITING}';
       update generations set version = 2 where run_id = '${WAITING}'`,
      [`stream versions: stream ${WAITING} has versions with holes, or out of the log's order`],
    ],
    [
      'a stream that stands at another version than its events',
      `update streams set version = 7 where stream_id = '${WAITING}'`,
      [`stream heads: stream ${WAITING} stands at another version than its last event`],
    ],
    [
      'a stream without events',
      `insert into streams values ('${ARTIFACT}', 'ghost', 1)`,
      [`stream heads: stream ${ARTIFACT} stands at another version than its last event`],
    ],
    [
      'a changed row of a read model',
      `update generations set prompt = 'forged' where run_id = '${WAITING}'`,
      ['read model generations: generations: 1 rows that the log does not explain, 1 rows missing'],
    ],
    [
      'a row of a read model that is gone',
      'delete from artifacts',
      ['read model generations: artifacts: 0 rows that the log does not explain, 1 rows missing'],
    ],
    [
      'a changed row of a projection',
      'update tally_total set events = 2',
      ['projection tally: tally_total: 1 rows that the log does not explain, 1 rows missing'],
    ],
    [
      'an upload whose bytes are gone',
      `insert into uploads (upload_id, version, user_id, filename, content_type, size, created_at, expires_at, status, bytes, sha256)
       values ('${ARTIFACT}', 2, 1, 'a.png', 'image/png', 1, now(), now(), 'stored', 1, '${'e'.repeat(64)}')`,
      [`uploads: upload ${ARTIFACT}: There is no blob ${'e'.repeat(64)}.`],
    ],
    [
      'an artifact of another size than its row says',
      'update artifacts set bytes = 1',
      [
        `artifacts: artifact ${ARTIFACT} has ${String(PICTURE.length)} bytes in place of 1`,
        'read model generations: artifacts: 1 rows that the log does not explain, 1 rows missing',
      ],
    ],
  ])('finds %s, and nothing else', async (_what, sql, found) => {
    await forge(sql);
    expect(await failures()).toEqual(found);
  });

  it('finds a damaged artifact', async () => {
    await writeFile(blobFile(), Buffer.from(PICTURE).fill('x', 0, 1));
    expect(await failures()).toEqual([
      `artifacts: artifact ${ARTIFACT}: The blob ${SHA256} is corrupt: its bytes do not hash to its address.`,
    ]);
  });

  it('finds an artifact whose bytes are gone', async () => {
    await unlink(blobFile());
    expect(await failures()).toEqual([`artifacts: artifact ${ARTIFACT}: There is no blob ${SHA256}.`]);
  });
});
