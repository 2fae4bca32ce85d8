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
  readonly problems: readonly string[];
}

const MAX_PROBLEMS = 20;
const PAGE = 500;
const FIRST_UUID = '00000000-0000-0000-0000-000000000000';

const describe = ({ table, unexpected, missing }: Difference): string =>
  `${table}: ${String(unexpected)} rows that the log does not explain, ${String(missing)} rows missing`;

interface ArtifactRow {
  readonly id: string;
  readonly sha256: string;
  readonly bytes: string;
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
    const checks = [await this.positions(), await this.versions(), await this.streams(), await this.artifacts()];
    for (const model of this.subscriptions.inlineReadModels) {
      const differences = await compareInlineRows(this.pool, this.store, model);
      checks.push({
        name: `read model ${model.name}`,
        checked: 'against a rebuild from its streams',
        problems: differences.map(describe),
      });
    }
    for (const projection of this.subscriptions.projections) {
      const differences = await compareWithRebuild(this.pool, this.store, projection);
      checks.push({
        name: `projection ${projection.name}`,
        checked: 'against a rebuild from the log',
        problems: differences.map(describe),
      });
    }
    return checks;
  }

  /** @throws Error when no read model has this name */
  async rebuild(name: string): Promise<void> {
    const inline = this.subscriptions.inlineReadModels.find((model) => model.name === name);
    const projection = this.subscriptions.projections.find((each) => each.name === name);
    if (inline) await rebuildInlineRows(this.pool, this.store, inline);
    else if (projection) await rebuildProjection(this.pool, this.store, projection);
    else {
      const known = [...this.subscriptions.inlineReadModels, ...this.subscriptions.projections].map(
        (each) => each.name,
      );
      throw new Error(`No read model is called ${name}; there are: ${known.join(', ')}`);
    }
  }

  private async positions(): Promise<Check> {
    const { rows } = await this.database.query<{ count: string; first: string | null; last: string | null }>(
      'select count(*) as count, min(position) as first, max(position) as last from events',
    );
    const { count, first, last } = rows[0] ?? { count: '0', first: null, last: null };
    const whole = count === '0' || (first === '1' && last === count);
    return {
      name: 'log order',
      checked: `${count} events`,
      problems: whole
        ? []
        : [`${count} events stand at positions ${String(first)} to ${String(last)}: the log has holes`],
    };
  }

  private async versions(): Promise<Check> {
    const { rows } = await this.database.query<{ stream_id: string }>(
      `select stream_id from (
         select stream_id, version, lag(version, 1, 0) over (partition by stream_id order by position) as before from events) e
        where version <> before + 1 group by stream_id limit $1`,
      [MAX_PROBLEMS],
    );
    const { rows: streams } = await this.database.query<{ count: string }>('select count(*) as count from streams');
    return {
      name: 'stream versions',
      checked: `${streams[0]?.count ?? '0'} streams`,
      problems: rows.map((row) => `stream ${row.stream_id} has versions with holes, or out of the log's order`),
    };
  }

  private async streams(): Promise<Check> {
    const { rows } = await this.database.query<{ stream_id: string }>(
      `select coalesce(s.stream_id, e.stream_id) as stream_id
         from streams s full join (select stream_id, max(version) as version from events group by stream_id) e on e.stream_id = s.stream_id
        where s.version is distinct from e.version limit $1`,
      [MAX_PROBLEMS],
    );
    return {
      name: 'stream heads',
      checked: 'version of each stream against its events',
      problems: rows.map((row) => `stream ${row.stream_id} stands at another version than its last event`),
    };
  }

  private async artifacts(): Promise<Check> {
    const problems: string[] = [];
    let checked = 0;
    for (let after = FIRST_UUID; ;) {
      const { rows } = await this.database.query<ArtifactRow>(
        'select id, sha256, bytes from artifacts where id > $1 order by id limit $2',
        [after, PAGE],
      );
      for (const row of rows) {
        checked += 1;
        const problem = await this.problemOf(row);
        if (problem !== null && problems.length < MAX_PROBLEMS) problems.push(problem);
      }
      const last = rows.at(-1);
      if (!last) return { name: 'artifacts', checked: `${String(checked)} against their checksums`, problems };
      after = last.id;
    }
  }

  private async problemOf({ id, sha256, bytes }: ArtifactRow): Promise<string | null> {
    try {
      const content = await this.blobs.read(sha256);
      return content.length === Number(bytes)
        ? null
        : `artifact ${id} has ${String(content.length)} bytes in place of ${bytes}`;
    } catch (error) {
      return `artifact ${id}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}
