import { Controller, Get, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { RecordedEvent } from '../eventsourcing/event.js';
import { LogTail } from '../eventsourcing/log-tail.js';
import { GENERATION_EVENTS, GENERATION_STREAM, type GenerationEvent } from '../generation/generation.events.js';
import { GetGeneration } from '../generation/status/generation.queries.js';
import { EventStream } from '../platform/http/event-stream.js';
import { RequestInvalid } from '../platform/http/http.errors.js';
import { parseResourceId } from '../platform/http/ids.js';
import { RequestHeader } from '../platform/http/request-header.js';
import { lastEventId } from './last-event-id.policy.js';
import { OpenStreams } from './open-streams.signal.js';
import { streamMessage } from './stream-message.policy.js';
import { EventsStreamQuery } from './stream.dto.js';
import { ApiFollowEvents } from './streaming-docs.dto.js';

const BATCH = 500;

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
    const runId = query.run_id === undefined ? null : await this.runIdOf(query.run_id);
    const wanted = (event: RecordedEvent): boolean =>
      event.streamType === GENERATION_STREAM && types.has(event.type) && (runId === null || event.streamId === runId);
    const stream = new EventStream(response);
    this.open.add(stream);
    stream.open();
    await this.follow(stream, wanted, lastEventId(header) ?? query.after ?? 0);
  }

  /** @throws GenerationNotFound */
  private async runIdOf(text: string): Promise<string> {
    return (await this.queries.execute(new GetGeneration(parseResourceId(text)))).run_id;
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
    while (!stream.closed) {
      const events = await this.read(stream, position);
      for (const event of events.filter(wanted))
        stream.send(streamMessage(event as RecordedEvent<GenerationEvent>, 'position'));
      position = events.at(-1)?.position ?? position;
      await stream.drained();
      if (this.tail.head > position) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        // Its listeners were called already.
        if (stream.closed) resolve();
      });
    }
  }

  private async read(stream: EventStream, position: number): Promise<readonly RecordedEvent[]> {
    try {
      return await this.tail.readAfter(position, BATCH);
    } catch {
      // The database is away: the client comes again with its last id.
      stream.end();
      return [];
    }
  }
}
