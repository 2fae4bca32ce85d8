/** A run that waits and might take another one's result. */
export interface Candidate {
  readonly runId: string;
  readonly promptHash: string;
}

/** A run whose result others may take: finished, or still being made. */
export interface Offer {
  readonly runId: string;
  readonly promptHash: string;
  /** Ids grow with the log. */
  readonly id: number;
  readonly status: 'pending' | 'processing' | 'completed';
}

/** What becomes of a candidate: it leads and is run, waits for another run's result, or takes one that is there. */
export type Assignment =
  | { readonly kind: 'lead' }
  | { readonly kind: 'join'; readonly runId: string }
  | { readonly kind: 'answer'; readonly runId: string };

const assign = ({ runId, promptHash }: Candidate, offers: readonly Offer[]): Assignment | null => {
  const same = offers.filter((offer) => offer.promptHash === promptHash);
  // One that ended meanwhile, or that another process has dealt with, offers nothing and needs nothing.
  const own = same.find((offer) => offer.runId === runId && offer.status === 'pending');
  if (!own) return null;
  const others = same.filter((offer) => offer.runId !== runId);
  const made = others.filter(({ status }) => status === 'completed').sort((one, other) => other.id - one.id)[0];
  if (made) return { kind: 'answer', runId: made.runId };
  const leader = others
    .filter(({ status, id }) => status !== 'completed' && id < own.id)
    .sort((one, other) => one.id - other.id)[0];
  return leader ? { kind: 'join', runId: leader.runId } : { kind: 'lead' };
};

/**
 * Of runs that ask for the same result the oldest unfinished one leads, so that whoever looks, whenever, finds the same leader. A candidate
 * without an assignment is none any more.
 */
export const assignments = (
  candidates: readonly Candidate[],
  offers: readonly Offer[],
): ReadonlyMap<string, Assignment> =>
  new Map(
    candidates.flatMap((candidate) => {
      const assignment = assign(candidate, offers);
      return assignment ? [[candidate.runId, assignment] as const] : [];
    }),
  );
