import type { HistoryFilter } from './history-filter.policy.js';

/** The tables and conditions of a statement that picks runs from the history, with the values of its parameters. */
export class Selection {
  readonly values: unknown[] = [];
  private readonly conditions: string[] = [];
  private readonly joins: string;

  /** Of everything but the text. */
  constructor(filter: HistoryFilter) {
    this.equal('h.user_id', filter.userId);
    this.equal('h.project_id', filter.projectId);
    this.equal('h.type', filter.type);
    this.equal('h.provider', filter.provider);
    this.equal('h.model', filter.model);
    this.equal('h.preset', filter.preset);
    this.equal('s.status', filter.status);
    this.joins = filter.status === null ? '' : 'join history_status s on s.id = h.id';
    if (filter.from !== null) this.createdFrom(filter.from);
    if (filter.to !== null) this.createdTo(filter.to);
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

  // Which ids may be meant is looked up first, so that a page of long ago is not reached through everything that came after it.
  private createdFrom(time: Date): void {
    const from = this.parameter(time);
    this.and(`h.created_at >= ${from}`).and(
      `h.id >= (select min(first_id) from history_hours where hour > ${from}::timestamptz - interval '1 hour')`,
    );
  }

  private createdTo(time: Date): void {
    const to = this.parameter(time);
    this.and(`h.created_at <= ${to}`).and(`h.id <= (select max(last_id) from history_hours where hour <= ${to})`);
  }
}
