import { hostname } from 'node:os';
import { pino } from 'pino';
import type { Config } from '../config/config.js';
import { telemetryLosses } from '../telemetry/telemetry-losses.js';
import { errorFields } from './error-fields.js';
import { hiddenTexts, lineFields } from './log-context.js';
import { LogFiles } from './log-files.js';
import { LogLevels } from './log-levels.js';
import { LogMeter } from './log-meter.js';
import { contextOf, LogSink } from './log-sink.js';
import { cleanFields, withoutSecrets, withoutTexts } from './redaction.js';

/** Which series of files a line belongs to, by the name in which it was logged. */
export abstract class LogServices {
  abstract serviceOf(context: string | null): string;
}

/** What decides of a line before it is made. */
export interface LineRules {
  readonly levels: LogLevels;
  readonly meter: LogMeter;
  readonly showsPrompts: boolean;
}

type LogMethod = NonNullable<NonNullable<pino.LoggerOptions['hooks']>['logMethod']>;

const cleanerOf =
  (showsPrompts: boolean) =>
  (text: string): string => {
    const clean = withoutSecrets(text);
    return showsPrompts ? clean : withoutTexts(clean, hiddenTexts());
  };

/** What a line is made of, its words cleaned; where it has none, pino would take those of its error afterwards, and as they are. */
const cleanLine = (first: unknown, hasWords: boolean, clean: (text: string) => string): unknown => {
  if (typeof first === 'string') return clean(first);
  if (typeof first !== 'object' || first === null) return first;
  const line: Readonly<Record<string, unknown>> = first instanceof Error ? { err: first } : { ...first };
  const msg = line['msg'] ?? (!hasWords && line['err'] instanceof Error ? line['err'].message : undefined);
  return typeof msg === 'string' ? { ...line, msg: clean(msg) } : line;
};

/** How lines are made: which, with which fields, and without what may not stand in a log. @param role in the words of the configuration */
export const logOptions = (role: string, { levels, meter, showsPrompts }: LineRules): pino.LoggerOptions => {
  const clean = cleanerOf(showsPrompts);
  const logMethod: LogMethod = function write(this: pino.Logger, line, method, level) {
    const [first, ...rest] = line as unknown[];
    if (!levels.lets(level, contextOf(first))) return;
    meter.count(this.levels.labels[level] ?? 'other');
    const words = (value: unknown): unknown => (typeof value === 'string' ? clean(value) : value);
    const told = cleanLine(first, typeof rest[0] === 'string', clean);
    method.apply(this, [told, ...rest.map(words)] as Parameters<pino.LogFn>);
  };
  return {
    level: levels.floor,
    base: { service: 'darkroom', role, pid: process.pid, hostname: hostname() },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      log: (fields) => cleanFields(fields, showsPrompts),
    },
    mixin: lineFields,
    hooks: { logMethod },
    serializers: { err: (error: unknown) => errorFields(error, clean) },
  };
};

const filesOf = (config: Config): LogFiles | null => {
  const folder = config.get('LOG_DIR');
  if (folder === null) return null;
  return new LogFiles(folder, (sentence) => {
    process.stderr.write(`${sentence}\n`);
  });
};

/** The log of this process, made before anything else, so that a start is told of while it goes on. Every line has left it when the call returns, so that an end of the process loses none. */
export class ProcessLog {
  readonly logger: pino.Logger;
  readonly levels: LogLevels;
  readonly meter = new LogMeter();
  /** Whether a person reads along. */
  readonly isPretty: boolean;
  private readonly out = pino.destination({ fd: process.stdout.fd, sync: true });
  private readonly files: LogFiles | null;

  constructor(
    config: Config,
    readonly services: LogServices,
  ) {
    const levels = new LogLevels(config.get('LOG_LEVEL'));
    this.levels = levels;
    const format = config.get('LOG_FORMAT');
    this.isPretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
    const files = filesOf(config);
    this.files = files;
    this.logger = pino(
      logOptions(config.get('ROLE').join('+'), { levels, meter: this.meter, showsPrompts: config.get('LOG_PROMPTS') }),
      new LogSink({
        out: this.out,
        pretty: this.isPretty ? { colours: process.stdout.isTTY } : null,
        files:
          files &&
          ((context, line) => {
            if (!files.write(services.serviceOf(context), line)) telemetryLosses.add('log_lines', 1);
          }),
      }),
    );
    levels.onChange(() => {
      this.logger.level = levels.floor;
    });
  }

  /** The last that a process does with it. A pipe that nobody empties is not waited for. */
  close(): void {
    this.files?.close();
    this.out.flushSync();
  }
}
