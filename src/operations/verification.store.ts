import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { EventStore } from '../eventsourcing/event-store.js';
import { compareInlineRows, rebuildInlineRows } from '../eventsourcing/inline-rows.js';
import { patiently } from '../eventsourcing/long-work.js';
import type { Connection } from '../eventsourcing/projection.js';
import { compareWithRebuild, rebuildProjection, type Difference } from '../eventsourcing/rebuild.js';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { BlobStore } from '../platform/storage/blob-store.port.js';

export interface Check {
  readonly name: string;
  /** How much was looked at, for people. */
  readonly checked: string;
  /** The first of them, for people. */
  readonly problems: readonly string[];
  readonly total: number;
}

const MAX_PROBLEMS = 20;
const PAGE = 500;
const FIRST_UUID = '00000000-0000-0000-0000-000000000000';

const describe = ({ table, unexpected, missing }: Difference): string =>
  `${table}: ${String(unexpected)} rows that the log does not explain, ${String(missing)} rows missing`;

/** `total` where not all problems are given. */
const check = (name: string, checked: string, problems: readonly string[], total = problems.length): Check => ({
  name,
  checked,
  problems: problems.slice(0, MAX_PROBLEMS),
  total,
});

interface StreamRow {
  readonly stream_id: string;
  /** Of all rows, also behind the limit. */
  readonly total: number;
}

interface ParkedRow {
  readonly subscription: string;
  readonly events: number;
  readonly first: string;
  readonly error: string;
}

/** Rows that refer to stored pictures, a page at a time, by what they are called. */
const PICTURES = {
  artifact: `select id, sha256, bytes, array_remove(array[poster_sha256, preview_sha256], null) as companions
              from artifacts where id > $1 order by id limit $2`,
  upload: `select upload_id as id, sha256, bytes, '{}'::text[] as companions from uploads where sha256 is not null and upload_id > $1
            order by upload_id limit $2`,
} as const;

interface PictureRow {
  readonly id: string;
  readonly sha256: string;
  /** Addresses of what belongs to it: the poster and the preview of a video. */
  readonly companions: readonly string[];
  readonly bytes: string;
}

/** Somebody asked to rebuild what there is not. */
export class UnknownReadModel extends Error {
  override readonly name = 'UnknownReadModel';
}

/** The log and everything that is derived from it, held against each other. */
@Injectable()
export class Verification {
  private readonly database: Connection;

  constructor(
    private readonly pool: Pool,
    private readonly store: EventStore,
    private readonly subscriptions: Subscriptions,
    private readonly blobs: BlobStore,
  ) {
    this.database = patiently(pool);
  }

  async run(): Promise<readonly Check[]> {
    const checks = [
      await this.positions(),
      await this.versions(),
      await this.streams(),
      await this.parked(),
      await this.pictures('artifact'),
      await this.pictures('upload'),
    ];
    for (const model of this.subscriptions.inlineReadModels) {
      const differences = await compareInlineRows(this.pool, this.store, model);
      checks.push(check(`read model ${model.name}`, 'against a rebuild from its streams', differences.map(describe)));
    }
    for (const projection of this.subscriptions.projections) {
      const differences = await compareWithRebuild(this.pool, this.store, projection);
      checks.push(check(`projection ${projection.name}`, 'against a rebuild from the log', differences.map(describe)));
    }
    return checks;
  }

  /** @throws UnknownReadModel */
  async rebuild(name: string): Promise<void> {
    const inline = this.subscriptions.inlineReadModels.find((model) => model.name === name);
    const projection = this.subscriptions.projections.find((each) => each.name === name);
    if (inline) await rebuildInlineRows(this.pool, this.store, inline);
    else if (projection) await rebuildProjection(this.pool, this.store, projection);
    else {
      const known = [...this.subscriptions.inlineReadModels, ...this.subscriptions.projections].map(
        (each) => each.name,
      );
      throw new UnknownReadModel(`No read model is called ${name}; there are: ${known.join(', ')}.`);
    }
  }

  private async positions(): Promise<Check> {
    const { rows } = await this.database.query<{ count: string; first: string | null; last: string | null }>(
      'select count(*) as count, min(position) as first, max(position) as last from events',
    );
    const { count, first, last } = rows[0] ?? { count: '0', first: null, last: null };
    const whole = count === '0' || (first === '1' && last === count);
    const hole = `${count} events stand at positions ${String(first)} to ${String(last)}: the log has holes`;
    return check('log order', `${count} events`, whole ? [] : [hole]);
  }

  private async versions(): Promise<Check> {
    const { rows } = await this.database.query<StreamRow>(
      `select stream_id, count(*) over ()::int as total from (
         select stream_id, version, lag(version, 1, 0) over (partition by stream_id order by position) as before from events) e
        where version <> before + 1 group by stream_id limit $1`,
      [MAX_PROBLEMS],
    );
    const { rows: streams } = await this.database.query<{ count: string }>('select count(*) as count from streams');
    return check(
      'stream versions',
      `${streams[0]?.count ?? '0'} streams`,
      rows.map((row) => `stream ${row.stream_id} has versions with holes, or out of the log's order`),
      rows[0]?.total,
    );
  }

  private async streams(): Promise<Check> {
    const { rows } = await this.database.query<StreamRow>(
      `select coalesce(s.stream_id, e.stream_id) as stream_id, count(*) over ()::int as total
         from streams s full join (select stream_id, max(version) as version from events group by stream_id) e on e.stream_id = s.stream_id
        where s.version is distinct from e.version limit $1`,
      [MAX_PROBLEMS],
    );
    return check(
      'stream heads',
      'version of each stream against its events',
      rows.map((row) => `stream ${row.stream_id} stands at another version than its last event`),
      rows[0]?.total,
    );
  }

  /** Not wrong by itself, but nothing happens to these events any more unless a person looks at them. */
  private async parked(): Promise<Check> {
    const { rows } = await this.database.query<ParkedRow>(
      `select subscription, count(*)::int as events, min(position) as first,
              (array_agg(error order by position))[1] as error
         from parked_events group by subscription order by subscription`,
    );
    const events = rows.reduce((sum, row) => sum + row.events, 0);
    return check(
      'parked events',
      String(events),
      rows.map(
        (row) =>
          `${row.subscription} gave up on ${String(row.events)}, the first one at position ${row.first}: ${row.error}`,
      ),
    );
  }

  private async pictures(kind: keyof typeof PICTURES): Promise<Check> {
    const problems: string[] = [];
    let checked = 0;
    for (let after = FIRST_UUID; ;) {
      const { rows } = await this.database.query<PictureRow>(PICTURES[kind], [after, PAGE]);
      for (const row of rows) {
        checked += 1;
        const problem = await this.problemOf(row);
        if (problem !== null) problems.push(`${kind} ${row.id}${problem}`);
      }
      const last = rows.at(-1);
      if (!last) return check(`${kind}s`, `${String(checked)} against their checksums`, problems);
      after = last.id;
    }
  }

  /** What is wrong with the bytes of a row, to be read on after its name. */
  private async problemOf({ sha256, bytes, companions }: PictureRow): Promise<string | null> {
    try {
      const content = await this.blobs.read(sha256);
      for (const companion of companions) await this.blobs.read(companion);
      return content.length === Number(bytes) ? null : ` has ${String(content.length)} bytes in place of ${bytes}`;
    } catch (error) {
      return `: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}
