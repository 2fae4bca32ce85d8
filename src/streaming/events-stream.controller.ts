import { Controller, Get, Logger, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { isConnectionError, UnknownEventType } from '../eventsourcing/errors.js';
import type { RecordedEvent } from '../eventsourcing/event.js';
import { LogTail } from '../eventsourcing/log-tail.js';
import { untraced } from '../eventsourcing/traces.js';
import { GENERATION_EVENTS, GENERATION_STREAM, type GenerationEvent } from '../generation/generation.events.js';
import { GetGeneration, type GenerationRow } from '../generation/status/generation.queries.js';
import { EventStream } from '../platform/http/event-stream.js';
import { RequestInvalid } from '../platform/http/http.errors.js';
import { parseResourceId } from '../platform/http/ids.js';
import { RequestHeader } from '../platform/http/request-header.js';
import { endRequestSpan } from '../platform/http/request-span.js';
import { lastEventId } from './last-event-id.policy.js';
import { OpenStreams } from './open-streams.signal.js';
import { streamMessage } from './stream-message.policy.js';
import { EventsStreamQuery } from './stream.dto.js';
import { ApiFollowEvents } from './streaming-docs.dto.js';

const BATCH = 500;

/** What was read, and the position that the next read goes on after. */
interface Batch {
  readonly events: readonly RecordedEvent[];
  readonly position: number;
}

const KNOWN: ReadonlySet<string> = new Set(GENERATION_EVENTS.current);

/** @throws RequestInvalid */
const typesOf = (list: string | undefined): ReadonlySet<string> => {
  if (list === undefined) return KNOWN;
  const types = list.split(',').map((type) => type.trim());
  const unknown = types.find((type) => !KNOWN.has(type));
  if (unknown !== undefined) {
    throw new RequestInvalid([
      { loc: ['query', 'types'], msg: `Unknown event type: ${unknown.slice(0, 100)}`, type: 'value_error' },
    ]);
  }
  return new Set(types);
};

@ApiTags('Status')
@Controller('api/events/stream')
export class EventsStreamController {
  private readonly logger = new Logger(EventsStreamController.name);

  constructor(
    private readonly queries: QueryBus,
    private readonly tail: LogTail,
    private readonly open: OpenStreams,
  ) {}

  @Get()
  @ApiFollowEvents()
  async followEvents(
    @Query() query: EventsStreamQuery,
    @RequestHeader('last-event-id') header: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const types = typesOf(query.types);
    const run = query.run_id === undefined ? null : await this.run(query.run_id);
    const wanted = (event: RecordedEvent): boolean =>
      event.streamType === GENERATION_STREAM && types.has(event.type) && (!run || event.streamId === run.run_id);
    // A run's number is the position of its first event: nothing before it can be wanted.
    const first = run ? run.id - 1 : 0;
    const stream = new EventStream(response);
    stream.open();
    this.open.add(stream);
    endRequestSpan(response);
    const after = Math.max(first, lastEventId(header) ?? query.after ?? 0);
    // What goes on behind the end of the request's span is no part of it.
    await untraced(() => this.follow(stream, wanted, after));
  }

  /** @throws GenerationNotFound */
  private run(text: string): Promise<GenerationRow> {
    return this.queries.execute(new GetGeneration(parseResourceId(text)));
  }

  /** Pulls from the log at the client's pace; a reader at the head is served from memory. */
  private async follow(stream: EventStream, wanted: (event: RecordedEvent) => boolean, after: number): Promise<void> {
    let wake: () => void = () => undefined;
    const unsubscribe = this.tail.subscribe(() => {
      wake();
    });
    stream.onClose(() => {
      unsubscribe();
      wake();
    });
    let position = after;
    const headAtOpening = this.tail.head;
    while (!stream.closed) {
      const batch = await this.read(stream, position);
      for (const event of batch.events.filter(wanted)) {
        stream.send(streamMessage(event as RecordedEvent<GenerationEvent>, 'position'));
        if (event.position > headAtOpening) this.open.delivered(event);
      }
      position = batch.position;
      await stream.drained();
      if (this.tail.head > position) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        // Its listeners were called already.
        if (stream.closed) resolve();
      });
    }
  }

  private async read(stream: EventStream, position: number): Promise<Batch> {
    try {
      const events = await this.tail.readAfter(position, BATCH);
      return { events, position: events.at(-1)?.position ?? position };
    } catch (error) {
      if (error instanceof UnknownEventType) {
        // A newer build wrote it; whoever follows with this one would come back to it for ever.
        this.logger.warn(`The stream of all events leaves one out: ${error.message}`);
        return { events: [], position: error.position };
      }
      if (!isConnectionError(error)) throw error;
      // The client comes again with its last id.
      stream.end('unavailable');
      return { events: [], position };
    }
  }
}
