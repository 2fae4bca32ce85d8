import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface FileLimits {
  /** Of one file. */
  readonly bytes: number;
  /** Full files that are kept beside the one that is written. */
  readonly kept: number;
}

const LIMITS: FileLimits = { bytes: 10 * 1024 * 1024, kept: 5 };
/** How long nothing is tried after a failure, so that a full disk costs nothing but its lines. */
const PAUSE_MS = 10_000;
/** Lines tell what an installation does: not for every account of the machine. */
const MODE = 0o640;

/**
 * `<name>/<name>.1.log` and so on, the highest number being the newest. Any number of processes may share the folder: each line is one
 * append, who finds the file full goes on with the next number, and everybody comes upon that one in the same way.
 */
class NumberedFile {
  private descriptor: number | null = null;
  /** The last append wrote a part of its line. */
  private torn = false;

  constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly limits: FileLimits,
  ) {}

  /** @throws Error of the file system */
  append(line: string): void {
    const bytes = Buffer.from(this.torn ? `\n${line}` : line);
    const written = writeSync(this.withRoomFor(bytes.length), bytes);
    this.torn = written < bytes.length;
    if (this.torn) throw new Error('Only a part of a line could be written');
  }

  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }

  private withRoomFor(bytes: number): number {
    if (this.descriptor !== null && this.hasRoom(this.descriptor, bytes)) return this.descriptor;
    this.close();
    mkdirSync(this.folder, { recursive: true });
    for (let number = Math.max(1, ...this.numbers()); ; number += 1) {
      const descriptor = openSync(this.path(number), 'a', MODE);
      if (this.hasRoom(descriptor, bytes)) {
        this.removeBefore(number - this.limits.kept);
        this.descriptor = descriptor;
        return descriptor;
      }
      closeSync(descriptor);
    }
  }

  /** An empty file takes a line of any length; one that somebody removed is lost to readers. */
  private hasRoom(descriptor: number, bytes: number): boolean {
    const { size, nlink } = fstatSync(descriptor);
    return nlink > 0 && (size === 0 || size + bytes <= this.limits.bytes);
  }

  private path(number: number): string {
    return join(this.folder, `${this.name}.${String(number)}.log`);
  }

  private numbers(): readonly number[] {
    const [start, end] = [`${this.name}.`, '.log'];
    return readdirSync(this.folder)
      .filter((file) => file.startsWith(start) && file.endsWith(end))
      .map((file) => Number(file.slice(start.length, -end.length)))
      .filter((number) => Number.isInteger(number) && number > 0);
  }

  private removeBefore(first: number): void {
    for (const number of this.numbers().filter((each) => each < first)) {
      try {
        unlinkSync(this.path(number));
      } catch {
        // Another process was faster, or Windows keeps what somebody reads; the next file tries again.
      }
    }
  }
}

/**
 * A folder of log files, one series for each service. Written at once and by this thread: there is nothing to flush, and the last line before a
 * crash is there. What goes wrong is said once and stops nothing.
 */
export class LogFiles {
  private readonly files = new Map<string, NumberedFile>();
  private failing = false;
  private resumeAt = 0;

  /** @param tell is told of the first failure, and of the first line that is written after it */
  constructor(
    private readonly folder: string,
    private readonly tell: (sentence: string) => void,
    private readonly limits = LIMITS,
    private readonly pauseMs = PAUSE_MS,
  ) {}

  /** @param line with its line break @returns whether it is in its file */
  write(service: string, line: string): boolean {
    if (this.failing && performance.now() < this.resumeAt) return false;
    try {
      this.fileOf(service).append(line);
    } catch (error) {
      this.resumeAt = performance.now() + this.pauseMs;
      if (!this.failing) this.tell(`Log files in ${this.folder} cannot be written, going on without: ${String(error)}`);
      this.failing = true;
      return false;
    }
    if (this.failing) this.tell(`Log files in ${this.folder} are written again; lines are missing in between.`);
    this.failing = false;
    return true;
  }

  close(): void {
    for (const file of this.files.values()) file.close();
    this.files.clear();
  }

  private fileOf(service: string): NumberedFile {
    const known = this.files.get(service);
    if (known) return known;
    const made = new NumberedFile(join(this.folder, service), service, this.limits);
    this.files.set(service, made);
    return made;
  }
}
