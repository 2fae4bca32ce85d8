import { Query } from '@nestjs/cqrs';
import type { HistoryEntry } from './history.dto.js';

/** A property of runs that is counted by its values. */
export type CountedProperty = 'status' | 'type' | 'provider' | 'model' | 'preset';

/** Whole days in UTC, like `2026-11-21`, of creation; null where they do not end. */
export interface CountedDays {
  readonly first: string | null;
  readonly last: string | null;
}

/** Which runs are counted: of everybody or of one user, of all projects or of one, of all days or of some, all of them or those with one value of one property. */
export interface CountedRuns {
  readonly userId: number | null;
  readonly projectId: number | null;
  readonly days: CountedDays;
  readonly having: { readonly property: CountedProperty; readonly value: string } | null;
}

/** How many runs there are, from the sums of the statistics: it costs the same for a million as for ten. @returns the number of runs */
export class CountRuns extends Query<number> {
  constructor(readonly runs: CountedRuns) {
    super();
  }
}

/** The runs that were created last, newest first, as they stand in their own rows: also one that was created a moment ago. */
export class ListNewestRuns extends Query<readonly HistoryEntry[]> {
  constructor(readonly limit: number) {
    super();
  }
}
