import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Logger, LoggerModule, type Params, PinoLogger } from 'nestjs-pino';
import { DebugSignal } from './debug-signal.js';
import { LogLevels } from './log-levels.js';
import { LogMeter } from './log-meter.js';
import { LogServices, ProcessLog } from './process-log.js';
import { RequestLog } from './request-log.js';

/** Contexts in which the framework tells of its own wiring. */
const WIRING = new Set<unknown>([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/**
 * What Nest writes to. A person who starts the process wants to read what it says, not how it is put together, and is told by the last words why a
 * start failed.
 */
export class ProcessLogger extends Logger {
  static to({ logger }: ProcessLog): ProcessLogger {
    const parameters: Params = { pinoHttp: { logger } };
    return new ProcessLogger(new PinoLogger(parameters), parameters);
  }

  override log(message: unknown, ...optional: unknown[]): void {
    if (WIRING.has(optional.at(-1))) super.debug(message, ...optional);
    else super.log(message, ...optional);
  }

  override error(message: unknown, ...optional: unknown[]): void {
    if (optional.at(-1) !== 'ExceptionHandler') super.error(message, ...optional);
  }
}

/** Of its own, as the logger's options are made before the rest of its module. */
@Global()
@Module({})
class ProcessLogModule {
  static with(log: ProcessLog): DynamicModule {
    return {
      module: ProcessLogModule,
      providers: [
        { provide: ProcessLog, useValue: log },
        { provide: LogMeter, useValue: log.meter },
        { provide: LogServices, useValue: log.services },
        { provide: LogLevels, useValue: log.levels },
      ],
      exports: [LogMeter, LogLevels, LogServices, ProcessLog],
    };
  }
}

/**
 * Process logs as JSON lines, or readable on a terminal, and in files where there is a folder for them. Requests get their line from RequestLog,
 * and every line its ids from the context that it is logged in; what `pino-http` would do of that stays out.
 */
@Module({})
export class LoggingModule {
  static with(log: ProcessLog): DynamicModule {
    const processLog = ProcessLogModule.with(log);
    return {
      module: LoggingModule,
      imports: [processLog, LoggerModule.forRoot({ pinoHttp: { logger: log.logger }, forRoutes: [] })],
      providers: [RequestLog, DebugSignal],
    };
  }
}
