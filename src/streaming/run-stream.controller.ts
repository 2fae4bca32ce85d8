import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { isConnectionError } from '../eventsourcing/errors.js';
import { EventStore } from '../eventsourcing/event-store.js';
import type { RecordedEvent } from '../eventsourcing/event.js';
import { LogTail } from '../eventsourcing/log-tail.js';
import { isTerminal, type GenerationEvent } from '../generation/generation.events.js';
import { GetGeneration } from '../generation/status/generation.queries.js';
import { EventStream } from '../platform/http/event-stream.js';
import { parseResourceId } from '../platform/http/ids.js';
import { RequestHeader } from '../platform/http/request-header.js';
import { endRequestSpan, linkRequestSpan } from '../platform/http/request-span.js';
import { lastEventId } from './last-event-id.policy.js';
import { OpenStreams } from './open-streams.signal.js';
import { streamMessage } from './stream-message.policy.js';
import { RunStreamQuery } from './stream.dto.js';
import { ApiFollowRun } from './streaming-docs.dto.js';

@ApiTags('Status')
@Controller('api/status/stream')
export class RunStreamController {
  constructor(
    private readonly queries: QueryBus,
    private readonly events: EventStore,
    private readonly tail: LogTail,
    private readonly open: OpenStreams,
  ) {}

  @Get(':run_id')
  @ApiFollowRun()
  async followRun(
    @Param('run_id') id: string,
    @Query() query: RunStreamQuery,
    @RequestHeader('last-event-id') header: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const row = await this.queries.execute(new GetGeneration(parseResourceId(id)));
    const after = lastEventId(header) ?? query.after ?? 0;
    if (row.completed_at !== null && after >= row.version) {
      // Browsers stop to reconnect at a 204.
      response.status(204).end();
      return;
    }
    const stream = new EventStream(response);
    stream.open();
    this.open.add(stream);
    await this.follow(response, stream, row.run_id, after);
  }

  /** Subscribes first and reads then, so that no event falls between; the sequence drops what came both ways. */
  private async follow(response: Response, stream: EventStream, runId: string, after: number): Promise<void> {
    let sent = after;
    let replaying: RecordedEvent[] | null = [];
    const send = (event: RecordedEvent): void => {
      if (event.version <= sent) return;
      sent = event.version;
      stream.send(streamMessage(event as RecordedEvent<GenerationEvent>, 'sequence'));
    };
    const sendLive = (event: RecordedEvent): void => {
      send(event);
      this.open.delivered(event);
      if (isTerminal(event.type)) stream.end('terminal');
    };
    const unsubscribe = this.tail.subscribe((events) => {
      for (const event of events) {
        if (event.streamId !== runId) continue;
        if (replaying) replaying.push(event);
        else sendLive(event);
      }
    });
    const endProgress = this.open.progress.subscribe(({ runId: of, attempt, progress }) => {
      if (of === runId && !replaying) stream.send({ event: 'progress', data: { run_id: runId, attempt, progress } });
    });
    stream.onClose(() => {
      unsubscribe();
      endProgress();
    });
    // The event that the client has already says which trace the run is in.
    const history = await this.history(stream, runId, Math.max(0, after - 1));
    linkRequestSpan(response, history[0]?.metadata.traceparent);
    endRequestSpan(response);
    const all = [...history, ...replaying.filter((event) => event.version > (history.at(-1)?.version ?? 0))];
    replaying = null;
    all.forEach(send);
    // A failed run that was asked for again goes on after its terminal event: only the last one counts.
    if (isTerminal(all.at(-1)?.type ?? '')) stream.end('terminal');
  }

  private async history(stream: EventStream, runId: string, after: number): Promise<RecordedEvent[]> {
    try {
      return await this.events.readStream(runId, after);
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      // The headers are gone; closing lets the client come again with its last id.
      stream.end('unavailable');
      return [];
    }
  }
}
