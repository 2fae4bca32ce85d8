import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processIdentity } from './process-identity.js';

/** Which process runs the database server of a home, as its owner file says. */
export interface OwnerRecord {
  readonly pid: number;
  /** See processIdentity: tells the owner from a later process with the same pid. */
  readonly identity: string;
  /** Where the owner's server answers; null while it does not yet. */
  readonly port: number | null;
  /** Where a server of this home answered last, maybe an earlier owner's; a start that failed does not forget it. */
  readonly lastPort: number | null;
  /** True once the owner has stopped the server in good order. */
  readonly released: boolean;
}

interface Generation {
  readonly number: number;
  readonly record: OwnerRecord;
}

const PREFIX = 'postgres.owner.';

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const isAlive = (record: OwnerRecord): boolean => !record.released && processIdentity(record.pid) === record.identity;

async function generations(home: string): Promise<number[]> {
  return (await readdir(home))
    .filter((file) => file.startsWith(PREFIX) && /^\d+$/.test(file.slice(PREFIX.length)))
    .map((file) => Number(file.slice(PREFIX.length)))
    .sort((a, b) => b - a);
}

async function newest(home: string): Promise<Generation | null> {
  for (;;) {
    const [number] = await generations(home);
    if (number === undefined) return null;
    try {
      return {
        number,
        record: JSON.parse(await readFile(join(home, `${PREFIX}${String(number)}`), 'utf8')) as OwnerRecord,
      };
    } catch (error) {
      // A newer generation has removed it between the listing and the reading.
      if (!isGone(error)) throw error;
    }
  }
}

/** The right to run the database server of one home; held until released or until this process ends. */
export class ClusterClaim {
  private constructor(
    private readonly home: string,
    private readonly number: number,
    private record: OwnerRecord,
  ) {}

  /**
   * Takes the claim, or answers the living process that holds it.
   *
   * Owner files are numbered, and the highest number decides. A successor makes the file after it by link(2), which
   * succeeds for one process only and shows the file whole; the highest is never removed before a higher one exists, so
   * two processes that both find a dead owner cannot both follow it.
   */
  static async take(home: string): Promise<{ claim: ClusterClaim; lastPort: number | null } | { owner: OwnerRecord }> {
    for (;;) {
      const last = await newest(home);
      if (last !== null && isAlive(last.record)) return { owner: last.record };
      const lastPort = last?.record.lastPort ?? null;
      const claim = new ClusterClaim(home, (last?.number ?? 0) + 1, {
        pid: process.pid,
        identity: processIdentity(process.pid) ?? '',
        port: null,
        lastPort,
        released: false,
      });
      if (await claim.isFirst()) return { claim, lastPort };
    }
  }

  /** Tells siblings where the server answers. */
  async publish(port: number): Promise<void> {
    await this.replace({ ...this.record, port, lastPort: port });
  }

  /** To be called when the server has stopped; the last port stays on record for the next owner. */
  async release(): Promise<void> {
    await this.replace({ ...this.record, port: null, released: true });
  }

  private async isFirst(): Promise<boolean> {
    const draft = await this.draft(this.record);
    try {
      await link(draft, this.path(this.number));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return false;
    } finally {
      await rm(draft, { force: true });
    }
    // A process that was slow may have made a number that others have long passed and removed.
    const all = await generations(this.home);
    const outdated = all[0] !== this.number;
    const remove = outdated ? [this.number] : all.slice(1);
    await Promise.all(remove.map((number) => rm(this.path(number), { force: true })));
    return !outdated;
  }

  private async replace(record: OwnerRecord): Promise<void> {
    await rename(await this.draft(record), this.path(this.number));
    this.record = record;
  }

  private async draft(record: OwnerRecord): Promise<string> {
    const path = join(this.home, `postgres.owner-draft-${randomUUID()}`);
    await writeFile(path, `${JSON.stringify(record)}\n`);
    return path;
  }

  private path(number: number): string {
    return join(this.home, `${PREFIX}${String(number)}`);
  }
}
