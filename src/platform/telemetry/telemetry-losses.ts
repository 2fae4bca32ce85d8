/** What a process tells of itself and may lose: spans on their way to a collector, and lines of its log on their way to a file. */
export type Signal = 'spans' | 'log_lines';

/** Counts what this process could not tell. Nothing can be lost before it, so that it is there before everything else. */
export class TelemetryLosses {
  private lost: Record<Signal, number> = { spans: 0, log_lines: 0 };

  add(signal: Signal, count: number): void {
    this.lost[signal] += count;
  }

  /** What was lost since it was asked the last time. */
  take(): Readonly<Record<Signal, number>> {
    const { lost } = this;
    this.lost = { spans: 0, log_lines: 0 };
    return lost;
  }
}

/** Of this process: its log and its spans are there before anything can be injected. */
export const telemetryLosses = new TelemetryLosses();
