import { textOf } from './error-fields.js';
import { withoutSecrets } from './redaction.js';
import type { ProcessLog } from './process-log.js';

/** Why a process ends: said in its log, or on stderr as long as it has none. */
export class LastWords {
  private log: ProcessLog | null = null;

  /** From now on there is a log. */
  use(log: ProcessLog): void {
    this.log = log;
  }

  /** Says it and ends the process with the code 1, at once. @param error in words for a person where it is a string */
  die(what: string, error?: unknown): never {
    try {
      if (this.log?.logger.isLevelEnabled('fatal') === true)
        this.log.logger.fatal({ context: 'Process', ...(error !== undefined && { err: error }) }, what);
      else process.stderr.write(withoutSecrets(error === undefined ? `${what}\n` : `${what}\n${textOf(error)}\n`));
    } catch (failure) {
      process.stderr.write(`${what}\n${String(failure)}\n`);
    }
    return this.end(1);
  }

  /** What is logged has left the process. */
  end(code: number): never {
    try {
      this.log?.close();
    } finally {
      process.exit(code);
    }
  }
}
