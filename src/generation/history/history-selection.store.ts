import type { Pool } from 'pg';
import type { HistoryFilter } from './history-filter.policy.js';

/** A filter with the ids that runs of its time may have; null where there are none. */
export interface SpannedFilter extends HistoryFilter {
  readonly firstId: number | null;
  readonly lastId: number | null;
}

const idOf = (id: string | null | undefined): number | null => (typeof id === 'string' ? Number(id) : null);

/** Reads a small table whole: no run has to be one of the hour that its place in the log belongs to. */
const SPAN = {
  name: 'history_span',
  text: `select min(first_id) filter (where hour > $1::timestamptz - interval '1 hour') as first_id, max(last_id) filter (where hour <= $2::timestamptz) as last_id
           from history_hours`,
};

/**
 * Which ids may be meant is looked up first, so that a page of long ago is not reached through everything that came after it; and on its own, so that
 * the server knows how few these are when it plans the rest.
 */
export const spanned = async (pool: Pool, filter: HistoryFilter): Promise<SpannedFilter> => {
  const { from, to } = filter;
  if (from === null && to === null) return { ...filter, firstId: null, lastId: null };
  const { rows } = await pool.query<{ first_id: string | null; last_id: string | null }>({
    ...SPAN,
    values: [from, to],
  });
  const [row] = rows;
  return { ...filter, firstId: idOf(row?.first_id), lastId: idOf(row?.last_id) };
};

/** The tables and conditions of a statement that picks runs from the history, with the values of its parameters. */
export class Selection {
  readonly values: unknown[] = [];
  private readonly conditions: string[] = [];
  private readonly joins: string;

  /** Of everything but the text. */
  constructor(filter: SpannedFilter) {
    this.equal('h.user_id', filter.userId);
    this.equal('h.project_id', filter.projectId);
    this.equal('h.type', filter.type);
    this.equal('h.provider', filter.provider);
    this.equal('h.model', filter.model);
    this.equal('h.preset', filter.preset);
    this.equal('s.status', filter.status);
    this.joins = filter.status === null ? '' : 'join history_status s on s.id = h.id';
    this.created('>=', filter.from, filter.firstId);
    this.created('<=', filter.to, filter.lastId);
  }

  /** @returns the parameter's name in the statement */
  parameter(value: unknown): string {
    return `$${String(this.values.push(value))}`;
  }

  and(condition: string): this {
    this.conditions.push(condition);
    return this;
  }

  olderThan(id: number | null): this {
    return id === null ? this : this.and(`h.id < ${this.parameter(id)}`);
  }

  /** `from … where …` */
  get sql(): string {
    const where = this.conditions.length === 0 ? '' : `where ${this.conditions.join(' and ')}`;
    return `from history h ${this.joins} ${where}`;
  }

  private equal(column: string, value: string | number | null): void {
    if (value !== null) this.and(`${column} = ${this.parameter(value)}`);
  }

  private created(order: '>=' | '<=', time: Date | null, id: number | null): void {
    if (time === null) return;
    // Without an hour there is no id to compare with, and no run.
    this.and(`h.created_at ${order} ${this.parameter(time)}`).and(`h.id ${order} ${this.parameter(id)}`);
  }
}
