/**
 * Takeovers after which an attempt is given up. Workers die and are stopped for many reasons, but one that dies again and again with the same
 * attempt dies of it: a picture that eats the memory, an answer that ends the process. Where the provider has the job, the work is done and
 * paid for elsewhere and another worker only asks for it, so more are tried.
 */
const MOST_TAKEOVERS = 3;
const MOST_TAKEOVERS_OF_A_KNOWN_JOB = 10;

/** Whether an attempt that lost its worker once more is given up rather than run by the next one. */
export const isGivenUp = (takeovers: number, providerJobs: Readonly<Record<number, string>>): boolean =>
  takeovers >= (Object.keys(providerJobs).length === 0 ? MOST_TAKEOVERS : MOST_TAKEOVERS_OF_A_KNOWN_JOB);
