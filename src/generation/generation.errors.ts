/** No run has this id. */
export class GenerationNotFound extends Error {
  override readonly name = 'GenerationNotFound';
  readonly code = 'not_found';
  constructor(id: string | number) {
    super(`No generation has the id ${String(id)}`);
  }
}

/** The run's state does not allow the command. */
export class GenerationConflict extends Error {
  override readonly name = 'GenerationConflict';
  readonly code = 'conflict';
}

/** The attempt belongs to another worker by now, or has ended: whatever this worker found out about it is void. */
export class AttemptLost extends Error {
  override readonly name = 'AttemptLost';
  readonly code = 'conflict';
}

interface EndedRun {
  readonly id: number;
  readonly run_id: string;
  readonly attempt: number;
}

/** The answer of a synchronous request whose run failed. */
export class GenerationRunFailed extends Error {
  override readonly name = 'GenerationRunFailed';
  readonly code = 'generation_failed';
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(
    run: EndedRun,
    error: { readonly category: string; readonly message: string; readonly retryable: boolean },
  ) {
    super(`Generation failed: ${error.message}`);
    this.retryable = error.retryable;
    this.details = { id: run.id, run_id: run.run_id, category: error.category, retry_count: run.attempt - 1 };
  }
}

/** The answer of a synchronous request whose run somebody cancelled. */
export class GenerationCancelledMeanwhile extends Error {
  override readonly name = 'GenerationCancelledMeanwhile';
  readonly code = 'conflict';
  readonly details: Readonly<Record<string, unknown>>;
  constructor(run: EndedRun) {
    super('The generation was cancelled');
    this.details = { id: run.id, run_id: run.run_id };
  }
}
