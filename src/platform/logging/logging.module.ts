import { Module } from '@nestjs/common';
import { Logger, LoggerModule } from 'nestjs-pino';
import { Config } from '../config/config.js';
import { requestContext } from '../http/request-context.js';

/** Token of the logger that Nest writes to. */
export const ProcessLogger = Logger;

const REDACTED = ['req.headers.authorization', 'req.headers["x-api-key"]', 'req.headers.cookie'];

/** Process logs as JSON lines, or readable on a terminal. Prompts and bodies are never logged. */
@Module({
  imports: [
    LoggerModule.forRootAsync({
      imports: [],
      providers: [],
      inject: [Config],
      useFactory: (config: Config) => {
        const format = config.get('LOG_FORMAT');
        const pretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
        return {
          pinoHttp: {
            level: config.get('LOG_LEVEL'),
            redact: REDACTED,
            genReqId: () => requestContext().requestId,
            customProps: () => ({ trace_id: requestContext().traceId }),
            serializers: {
              req: ({ method, url, id }: { method: string; url: string; id: string }) => ({ id, method, url }),
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
})
export class LoggingModule {}
