import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AUDIT, LogLevels, type LevelOverride } from './log-levels.js';

const SECONDS = 600;
const SIGNAL = 'SIGUSR2';

/** `kill -USR2` has one process write lines of the level `debug` for ten minutes, and a second one ends that. Windows has no such signal. */
@Injectable()
export class DebugSignal implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly audit = new Logger(AUDIT);
  /** What the last signal set; another change may have taken its place. */
  private own: LevelOverride | null = null;

  constructor(private readonly levels: LogLevels) {}

  onApplicationBootstrap(): void {
    if (process.platform !== 'win32') process.on(SIGNAL, this.toggle);
  }

  onApplicationShutdown(): void {
    process.off(SIGNAL, this.toggle);
  }

  private readonly toggle = (): void => {
    if (this.own !== null && this.levels.overrides.includes(this.own)) {
      this.levels.revert(null);
      this.own = null;
    } else {
      this.own = this.levels.change({ level: 'debug', context: null, ttlSeconds: SECONDS }, this.end);
    }
    const until = this.own === null ? this.levels.configured : `debug for ${String(SECONDS)} s`;
    this.audit.warn({ msg: `${SIGNAL}: the log level of this process is ${until}`, source: SIGNAL });
  };

  private readonly end = (): void => {
    this.audit.warn({ msg: `The log level is ${this.levels.configured} again`, source: SIGNAL });
  };
}
