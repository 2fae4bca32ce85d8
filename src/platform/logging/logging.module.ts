import { Global, Module } from '@nestjs/common';
import { Logger, LoggerModule, type Params, PARAMS_PROVIDER_TOKEN, PinoLogger } from 'nestjs-pino';
import { Config } from '../config/config.js';
import { requestContext } from '../http/request-context.js';
import { loggableUrl } from '../http/safe-text.js';
import { LogMeter } from './log-meter.js';

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

const REDACTED = ['req.headers.authorization', 'req.headers["x-api-key"]', 'req.headers.cookie'];

/** Of its own, as the logger's options are made before the rest of its module. */
@Global()
@Module({ providers: [LogMeter], exports: [LogMeter] })
class LogMeterModule {}

/** Process logs as JSON lines, or readable on a terminal. Prompts and bodies are never logged. */
@Module({
  imports: [
    LoggerModule.forRootAsync({
      imports: [LogMeterModule],
      providers: [],
      inject: [Config, LogMeter],
      useFactory: (config: Config, meter: LogMeter) => {
        const format = config.get('LOG_FORMAT');
        const pretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
        return {
          pinoHttp: {
            level: config.get('LOG_LEVEL'),
            redact: REDACTED,
            hooks: { logMethod: meter.logMethod },
            genReqId: () => requestContext().requestId,
            customProps: () => ({ trace_id: requestContext().traceId }),
            serializers: {
              req: ({ method, url, id }: { method: string; url: string; id: string }) => ({
                id,
                method,
                url: loggableUrl(url),
              }),
              res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
            },
            customLogLevel: (_request: unknown, { statusCode }: { statusCode: number }) =>
              statusCode >= 500 ? 'error' : 'debug',
            ...(pretty && {
              transport: {
                target: 'pino-pretty',
                options: { singleLine: true, ignore: 'pid,hostname,req,res,context', messageFormat: '{context} {msg}' },
              },
            }),
          },
        };
      },
    }),
  ],
  providers: [
    {
      provide: ProcessLogger,
      inject: [PinoLogger, PARAMS_PROVIDER_TOKEN],
      useFactory: (logger: PinoLogger, parameters: Params) => new ProcessLogger(logger, parameters),
    },
  ],
})
export class LoggingModule {}
