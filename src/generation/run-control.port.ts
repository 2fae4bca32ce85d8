import type { GenerationRequest, Issued } from './generation.commands.js';
import type { GenerationOrder } from './generation.events.js';

/** What became of a run that was to be stopped. `left`: it has ended, or has started where only a waiting one was meant. */
export type Stopping = 'cancelled' | 'left' | 'absent';

/** Makes and stops runs for others who order them, in the same way as the routes of single runs do. */
export abstract class RunControl {
  /** Decides everything that a request left open. @throws RequestInvalid for an unknown model */
  abstract resolve(request: GenerationRequest): Promise<GenerationOrder>;
  /** Records the run, answered at once where its result is there already. A run that exists stays as it is. */
  abstract createOnce(runId: string, order: GenerationOrder, issued: Issued): Promise<void>;
  /** @param which `unstarted` spares a run whose first attempt has begun */
  abstract cancel(runId: string, which: 'any' | 'unstarted', issued: Issued): Promise<Stopping>;
}
