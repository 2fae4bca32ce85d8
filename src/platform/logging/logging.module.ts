import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Logger, LoggerModule, type Params, PARAMS_PROVIDER_TOKEN, PinoLogger } from 'nestjs-pino';
import { Config } from '../config/config.js';
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

/** What Nest writes to. A person who starts the process wants to read what it says, not how it is put together. */
export class ProcessLogger extends Logger {
  override log(message: unknown, ...optional: unknown[]): void {
    if (WIRING.has(optional.at(-1))) super.debug(message, ...optional);
    else super.log(message, ...optional);
  }
}

/** Of its own, as the logger's options are made before the rest of its module. */
@Global()
@Module({})
class ProcessLogModule {
  static with(services: LogServices): DynamicModule {
    return {
      module: ProcessLogModule,
      providers: [
        LogMeter,
        { provide: LogServices, useValue: services },
        {
          provide: LogLevels,
          inject: [Config],
          useFactory: (config: Config) => new LogLevels(config.get('LOG_LEVEL')),
        },
        {
          provide: ProcessLog,
          inject: [Config, LogLevels, LogMeter, LogServices],
          useFactory: (...[config, levels, meter, kinds]: ConstructorParameters<typeof ProcessLog>) =>
            new ProcessLog(config, levels, meter, kinds),
        },
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
  /** @param services which series of files a line belongs to */
  static with(services: LogServices): DynamicModule {
    const processLog = ProcessLogModule.with(services);
    return {
      module: LoggingModule,
      imports: [
        processLog,
        LoggerModule.forRootAsync({
          imports: [],
          providers: [],
          inject: [ProcessLog],
          useFactory: ({ logger }: ProcessLog): Params => ({ pinoHttp: { logger }, forRoutes: [] }),
        }),
      ],
      providers: [
        RequestLog,
        DebugSignal,
        {
          provide: ProcessLogger,
          inject: [PinoLogger, PARAMS_PROVIDER_TOKEN],
          useFactory: (logger: PinoLogger, parameters: Params) => new ProcessLogger(logger, parameters),
        },
      ],
    };
  }
}
