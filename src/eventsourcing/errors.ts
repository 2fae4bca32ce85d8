/** The stream was changed by somebody else again and again while a command was decided. */
export class WrongExpectedVersion extends Error {
  override readonly name = 'WrongExpectedVersion';
  readonly code = 'conflict';
  constructor(streamId: string, tries: number) {
    super(`Stream ${streamId} kept changing; gave up after ${String(tries)} tries`);
  }
}

/** The log holds an event type that this build does not know: a newer build wrote it, or a declaration was forgotten. */
export class UnknownEventType extends Error {
  override readonly name = 'UnknownEventType';
  readonly code = 'internal_error';
  constructor(
    readonly type: string,
    readonly position: number,
  ) {
    super(`Event type ${type} at position ${String(position)} is not declared`);
  }
}

/** A reactor gave up on an event; the others go on. The row in parked_events has the reason too. */
export class EventParked extends Error {
  override readonly name = 'EventParked';
  readonly code = 'internal_error';
  constructor(position: number, tries: number, cause: unknown) {
    super(`The event at position ${String(position)} is parked after ${String(tries)} tries: ${String(cause)}`, {
      cause,
    });
  }
}

/** An append without events: a mistake of the program, as a decision for nothing needs no append. */
export class EmptyAppend extends Error {
  override readonly name = 'EmptyAppend';
  readonly code = 'internal_error';
  constructor(streamId: string) {
    super(`Nothing to append to stream ${streamId}`);
  }
}

/** The database could not be reached for the whole retry window; whether the append happened is unknown to the caller. */
export class EventStoreUnavailable extends Error {
  override readonly name = 'EventStoreUnavailable';
  readonly code = 'unavailable';
}

/** An idempotency key came back with another body. */
export class IdempotencyMismatch extends Error {
  override readonly name = 'IdempotencyMismatch';
  readonly code = 'idempotency_mismatch';
}

/** 55P03: the turn did not come in time, as the server was busy or somebody holds it up. */
const CONNECTION_CODES =
  /^(08...|55P03|57P0[1-5]|53300|25006|ECONN\w+|EPIPE|ETIMEDOUT|EHOST\w+|ENET\w+|ENOTFOUND|EAI_AGAIN)$/;
const CONNECTION_WORDS =
  /connection (terminated|ended|timeout|error)|timeout exceeded when trying to connect|query read timeout|is not queryable/i;

/** Whether an error means that the server is away or does not get round to it, rather than that the statement or its caller is wrong. */
export const isConnectionError = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (error instanceof EventStoreUnavailable) return true;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return CONNECTION_CODES.test(code) || CONNECTION_WORDS.test(error.message);
};
