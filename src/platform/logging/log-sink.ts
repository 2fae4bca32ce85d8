import { pino } from 'pino';
import { prettyFactory } from 'pino-pretty';

type WithMetadata = Extract<pino.DestinationStreamWithMetadata, { lastObj: object }>;

/** What a person at a terminal has in the sentence already, or has no use for. */
const LEFT_OUT = [
  ...['pid', 'hostname', 'service', 'role', 'context', 'request_id', 'trace_id', 'span_id'],
  ...['run_id', 'attempt', 'method', 'route', 'status', 'duration_ms'],
];

/** Makes of a line of JSON what a person reads. @param colours as a terminal shows them */
const readable = (colours: boolean): ((line: string) => string) =>
  prettyFactory({
    colorize: colours,
    singleLine: true,
    ignore: LEFT_OUT.join(','),
    messageFormat: '{context} {msg}{if run_id} (run {run_id}){end}',
  });

/** The name in which a line was logged. */
export const contextOf = (fields: unknown): string | null => {
  const context: unknown = typeof fields === 'object' && fields !== null && 'context' in fields ? fields.context : null;
  return typeof context === 'string' ? context : null;
};

export interface LogTargets {
  readonly out: pino.DestinationStream & { flushSync(): void };
  readonly pretty: { readonly colours: boolean } | null;
  /** Takes each line as JSON with the name in which it was logged. */
  readonly files: ((context: string | null, line: string) => void) | null;
}

/** Where each line goes: to the standard output, in one of two shapes, and to a file as JSON. Nothing waits in it. */
export class LogSink implements WithMetadata {
  readonly [pino.symbols.needsMetadataGsym] = true as const;
  declare lastLevel: number;
  declare lastTime: string;
  declare lastMsg: string;
  declare lastObj: object;
  declare lastLogger: pino.Logger;
  private readonly shape: (line: string) => string;

  constructor(private readonly targets: LogTargets) {
    this.shape = targets.pretty === null ? (line) => line : readable(targets.pretty.colours);
  }

  write(line: string): void {
    this.targets.files?.(contextOf(this.lastObj), line);
    this.targets.out.write(this.shape(line));
  }
}
