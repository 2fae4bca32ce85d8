import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import { ApiProblems } from '../platform/http/openapi-decorators.js';

/** The documentation of the streams; their transcripts are shortened copies of real ones. */

const RUN_ID = '01a1fbd0-678b-738f-8e57-937f6fce88f2';

const message = (event: string, data: object, id?: number): string =>
  `${id === undefined ? '' : `id: ${String(id)}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

const told = (sequence: number, position: number, type: string): object => ({
  run_id: RUN_ID,
  sequence,
  position,
  at: '2026-11-21T01:55:01.645Z',
  type,
});

const ARTIFACT = {
  id: '01a1fbd0-7b85-7319-a445-c94b53d14205',
  url: '/api/artifacts/01a1fbd0-7b85-7319-a445-c94b53d14205/content',
  thumbnail_url: '/api/artifacts/01a1fbd0-7b85-7319-a445-c94b53d14205/thumbnail',
  variant: 0,
  content_type: 'image/png',
  width: 96,
  height: 96,
  bytes: 5121,
  sha256: '387081355e0a8b0b061e52f973caa317e88c466162f6f21797a2fe8df5e557af',
  seed: 3371328260,
  evaluation: null,
};

const CREATED = { ...told(1, 18, 'GenerationCreated'), status: 'pending', attempt: 1 };
const STARTED = { ...told(2, 19, 'GenerationStarted'), status: 'processing', attempt: 1 };
const COMPLETED = {
  ...told(5, 22, 'GenerationCompleted'),
  status: 'completed',
  attempt: 1,
  quality_score: 1,
  generation_time: 5.079,
  cost_usd: 0.01,
  cached: false,
};

const RUN_TRANSCRIPT = [
  'retry: 2000\n\n',
  message('status', CREATED, 1),
  message('status', STARTED, 2),
  message('progress', { run_id: RUN_ID, attempt: 1, progress: 0.1 }),
  ': keep-alive\n\n',
  message('artifact', { ...told(4, 21, 'GenerationArtifactStored'), artifact: ARTIFACT }, 4),
  message('completed', COMPLETED, 5),
].join('');

const CONSOLE_TRANSCRIPT = [
  'retry: 2000\n\n',
  message('status', CREATED, 18),
  message('status', STARTED, 19),
  message('completed', COMPLETED, 22),
].join('');

const MESSAGES = `
| event | data beside \`run_id\`, \`sequence\`, \`position\`, \`at\`, \`type\` |
|---|---|
| \`status\` | \`status\`, \`attempt\`; \`submitted\` once the provider took it, \`resumed\` when another worker took over |
| \`artifact\` | \`artifact\`, as in \`GET /api/status/{run_id}\` |
| \`retry\` | \`error\`, \`next_attempt\`, \`next_attempt_at\` |
| \`completed\` | \`quality_score\`, \`generation_time\`, \`cost_usd\`, \`cached\` |
| \`failed\` | \`error\` with \`category\`, \`message\`, \`retryable\` |
| \`cancelled\` | |
`;

const ApiLastEventId = (id: string): MethodDecorator =>
  ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: `The last id that was seen: ${id}. The stream goes on after it; browsers send it by themselves. What is not an id begins from the start.`,
    schema: { type: 'string' },
  });

const ApiTranscript = (description: string, transcript: string): MethodDecorator =>
  ApiResponse({
    status: 200,
    description,
    content: {
      'text/event-stream': {
        schema: { type: 'string', description: 'Server-sent events (WHATWG HTML, section 9.2).' },
        examples: { transcript: { summary: 'What a client reads', value: transcript } },
      },
    },
  });

/** GET /api/status/stream/{run_id} */
export const ApiFollowRun = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Follow a run as server-sent events',
      description: [
        'Every event of the run from the first, then each new one as it is recorded; the stream closes after the last. `id` is the sequence in ' +
          'the run. Between them comes `progress` with `attempt` and `progress` from 0 to 1, which has no id and is not repeated. A comment every ' +
          '15 seconds keeps the line open. Who comes back after the last event gets 204.',
        MESSAGES,
        'Swagger UI shows a stream only when it has ended, so try it on the command line:',
        '```sh\ncurl -N localhost:8000/api/status/stream/{run_id}\n```',
      ].join('\n\n'),
    }),
    ApiParam({
      name: 'run_id',
      description: 'The run: its number or its UUID.',
      schema: { type: 'string' },
      examples: {
        number: { summary: 'The number', value: '1' },
        uuid: { summary: 'The UUID', value: RUN_ID },
      },
    }),
    ApiLastEventId("a sequence in the run's stream"),
    ApiTranscript('The stream.', RUN_TRANSCRIPT),
    ApiResponse({
      status: 204,
      description: 'The run has ended and its last event was seen: there is nothing to come back for.',
    }),
    ApiProblems(
      { code: 'not_found', detail: 'No generation has the id 4711' },
      {
        code: 'validation_error',
        issues: [{ loc: ['query', 'after'], msg: 'after is not a number: x', type: 'number_parsing' }],
      },
    ),
  );

/** GET /api/events/stream */
export const ApiFollowEvents = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      summary: 'Follow all runs as server-sent events',
      description: [
        'One stream for a whole console: the events of all runs in the order of the log, from the first or after `Last-Event-ID`, then each new one. ' +
          '`id` is the position in the log. The messages are those of `GET /api/status/stream/{run_id}` without `progress`; the stream does not end by itself.',
        '```sh\ncurl -N "localhost:8000/api/events/stream?types=GenerationCompleted,GenerationFailed"\n```',
      ].join('\n\n'),
    }),
    ApiLastEventId('a position in the log'),
    ApiTranscript('The stream.', CONSOLE_TRANSCRIPT),
    ApiProblems(
      { code: 'not_found', detail: 'No generation has the id 4711' },
      {
        code: 'validation_error',
        issues: [{ loc: ['query', 'types'], msg: 'Unknown event type: GenerationLost', type: 'value_error' }],
      },
    ),
  );
