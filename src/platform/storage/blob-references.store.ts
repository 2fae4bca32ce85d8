import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';

/** A column in which rows refer to blobs by their addresses. */
export interface BlobReference {
  readonly table: string;
  readonly column: string;
  /** The column with the address that the row's blob was made from, where it can be made again: it is wanted for as long as that one. */
  readonly madeFrom?: string;
}

/** Events of the log that one statement looks through: some tens of milliseconds. */
const LOG_PAGE = 20_000;

/** By their names all columns that could hold addresses; partitions and indexes have them from their table. */
const ADDRESS_COLUMNS = `
  select c.relname as table, a.attname as column
    from pg_attribute a join pg_class c on c.oid = a.attrelid
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
     and a.attname ~ 'sha256$'`;

/**
 * Who refers to which blob. Capabilities declare the columns of their tables; beside that everything counts that an event of the log names,
 * because the log is the truth and read models can be behind it, or be gone.
 */
@Injectable()
export class BlobReferences {
  private readonly declared: BlobReference[] = [];

  constructor(private readonly pool: Pool) {}

  add(...references: readonly BlobReference[]): void {
    this.declared.push(...references);
  }

  /** Columns, as `table.column`, that look as if they held addresses and that nobody has declared. */
  async undeclared(): Promise<readonly string[]> {
    const known = new Set(
      this.declared.flatMap(({ table, column, madeFrom }) => [`${table}.${column}`, `${table}.${madeFrom ?? column}`]),
    );
    const { rows } = await this.pool.query<{ table: string; column: string }>(ADDRESS_COLUMNS);
    return rows.map(({ table, column }) => `${table}.${column}`).filter((name) => !known.has(name));
  }

  /** Those of the addresses that no declared column holds. */
  async withoutRow(addresses: readonly string[]): Promise<string[]> {
    const { rows } = await this.pool.query<{ sha256: string }>(
      `select b.sha256 from unnest($1::text[]) as b (sha256) where not (${this.isReferred('b.sha256')})`,
      [addresses],
    );
    return rows.map(({ sha256 }) => sha256);
  }

  /** Those of the addresses that no event of the log names anywhere in its data; reads the whole log, a page at a time. */
  async withoutEvent(addresses: readonly string[], signal: AbortSignal): Promise<string[]> {
    const left = new Set(addresses);
    const { rows } = await this.pool.query<{ head: string | null }>('select max(position) as head from events');
    const head = Number(rows[0]?.head ?? 0);
    for (let after = 0; after < head && left.size > 0; after += LOG_PAGE) {
      signal.throwIfAborted();
      for (const address of await this.namedBetween(after, [...left])) left.delete(address);
    }
    return [...left];
  }

  /** Forgets what was made from blobs that are gone. */
  async forget(addresses: readonly string[]): Promise<void> {
    for (const { table, madeFrom } of this.declared)
      if (madeFrom !== undefined)
        await this.pool.query(`delete from ${table} where ${madeFrom} = any($1)`, [addresses]);
  }

  /** SQL that says whether a row refers to the address; tables and columns are names from our own code. */
  private isReferred(address: string): string {
    const primary = (of: string): string =>
      this.declared
        .filter(({ madeFrom }) => madeFrom === undefined)
        .map(({ table, column }) => `exists (select from ${table} r where r.${column} = ${of})`)
        .join(' or ') || 'false';
    const made = this.declared
      .filter(({ madeFrom }) => madeFrom !== undefined)
      .map(
        ({ table, column, madeFrom = column }) =>
          ` or exists (select from ${table} m where m.${column} = ${address} and (${primary(`m.${madeFrom}`)}))`,
      );
    return primary(address) + made.join('');
  }

  private async namedBetween(after: number, addresses: readonly string[]): Promise<string[]> {
    const { rows } = await this.pool.query<{ address: string }>(
      `select distinct found[1] as address
         from events e cross join lateral regexp_matches(e.data::text, '[0-9a-f]{64}', 'g') as found
        where e.position > $1 and e.position <= $1 + $2 and found[1] = any($3)`,
      [after, LOG_PAGE, addresses],
    );
    return rows.map(({ address }) => address);
  }
}
