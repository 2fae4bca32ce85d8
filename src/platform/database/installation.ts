import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';

/** Random values that an installation draws once: the same in every process and after every restart, as they are kept in the database. */
export class Installation {
  private readonly known = new Map<string, Promise<Buffer>>();

  constructor(private readonly pool: Pool) {}

  /** The value under a name, drawn with `bytes` bytes by whoever asks for it first. */
  value(name: string, bytes: number): Promise<Buffer> {
    const known = this.known.get(name) ?? this.draw(name, bytes);
    this.known.set(name, known);
    // A database that was away is asked again.
    known.catch(() => this.known.delete(name));
    return known;
  }

  private async draw(name: string, bytes: number): Promise<Buffer> {
    await this.pool.query('insert into installation (name, value) values ($1, $2) on conflict (name) do nothing', [
      name,
      randomBytes(bytes),
    ]);
    const { rows } = await this.pool.query<{ value: Buffer }>('select value from installation where name = $1', [name]);
    const [row] = rows;
    if (!row) throw new Error(`The value ${name} of the installation was removed while it was drawn`);
    return row.value;
  }
}
