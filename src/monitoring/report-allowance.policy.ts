export interface ReportLimits {
  /** Reports that may come at once. */
  readonly burst: number;
  /** Reports that may come in the long run. */
  readonly perSecond: number;
}

/** What reports may still come: a bucket of tokens that fills by itself, one of which each report takes. */
export class ReportAllowance {
  private tokens: number;
  private lastMs: number | null = null;

  constructor(private readonly limits: ReportLimits) {
    this.tokens = limits.burst;
  }

  /** @param nowMs of a clock that never goes back @returns 0 where the report may come, else the seconds until one may */
  take(nowMs: number): number {
    const { burst, perSecond } = this.limits;
    const elapsed = (nowMs - (this.lastMs ?? nowMs)) / 1000;
    this.tokens = Math.min(burst, this.tokens + elapsed * perSecond);
    this.lastMs = nowMs;
    if (this.tokens < 1) return (1 - this.tokens) / perSecond;
    this.tokens -= 1;
    return 0;
  }
}
