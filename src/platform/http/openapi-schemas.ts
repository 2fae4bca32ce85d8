import type { OpenAPIObject } from '@nestjs/swagger';

type Components = NonNullable<OpenAPIObject['components']>;
type SchemaObject = Exclude<NonNullable<Components['schemas']>[string], { $ref: string }>;
type HeadersObject = NonNullable<Components['headers']>;

const members = {
  type: { type: 'string', format: 'uri-reference', description: 'Path of the page that explains the code.' },
  title: { type: 'string', description: 'The kind of problem in a few words; the same for every occurrence.' },
  status: { type: 'integer', description: 'The HTTP status.' },
  code: { type: 'string', description: 'The kind of problem for programs; also in the header `X-Error-Code`.' },
  retryable: {
    type: 'boolean',
    description: 'Whether the same request may succeed later, unchanged; also in the header `X-Error-Retryable`.',
  },
  trace_id: {
    type: 'string',
    pattern: '^[0-9a-f]{32}$',
    description: 'Trace id of the request, as in the header `traceparent`.',
  },
  instance: { type: 'string', format: 'uri', description: 'Names this one occurrence.' },
} satisfies Record<string, SchemaObject>;

const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

const problem = (description: string, detail: SchemaObject, more: Record<string, SchemaObject> = {}): SchemaObject => ({
  type: 'object',
  description,
  properties: { detail, ...members, ...more },
  required: ['detail', ...Object.keys(members)],
  additionalProperties: true,
});

const detailText: SchemaObject = { type: 'string', description: 'What went wrong this time, for people.' };

/** The error bodies of every route. Some codes add members of their own, such as the id of what failed. */
export const PROBLEM_SCHEMAS: Record<string, SchemaObject> = {
  Problem: problem('An error in the default shape.', detailText),
  ValidationIssue: {
    type: 'object',
    description: 'One invalid field.',
    properties: {
      loc: {
        type: 'array',
        items: { oneOf: [{ type: 'string' }, { type: 'integer' }] },
        description: 'Path of the field, from the part of the request downwards: `["body", "requests", 3, "prompt"]`.',
      },
      msg: { type: 'string', description: 'What is wrong, for people.' },
      type: {
        type: 'string',
        description: 'What is wrong, for programs: `missing`, `extra_forbidden`, `value_error`, `string_type`, …',
      },
    },
    required: ['loc', 'msg', 'type'],
  },
  ValidationProblem: problem('Invalid fields in the default shape, all of them at once.', {
    type: 'array',
    items: ref('ValidationIssue'),
    description: 'One entry for each invalid field; beyond fifty, a last entry counts the rest.',
  }),
  ProblemDetails: problem(
    'An error in the strict shape of RFC 9457, for callers that accept `application/problem+json` only.',
    detailText,
    {
      errors: {
        type: 'array',
        description: 'One entry for each invalid field.',
        items: {
          type: 'object',
          properties: {
            detail: { type: 'string', description: 'What is wrong, for people.' },
            pointer: {
              type: 'string',
              description: 'JSON Pointer of RFC 6901 as a URI fragment: `#/requests/3/prompt`.',
            },
            in: {
              type: 'string',
              description: 'Part of the request that the pointer leads into.',
              enum: ['body', 'query', 'header'],
            },
          },
          required: ['detail', 'pointer', 'in'],
        },
      },
    },
  ),
};

const text = (description: string, example: string): HeadersObject[string] => ({
  description,
  schema: { type: 'string' },
  example,
});

/** Response headers that operations refer to by name. */
export const RESPONSE_HEADERS = {
  'X-Error-Code': text('The `code` of the body.', 'validation_error'),
  'X-Error-Retryable': text('Whether the same request may succeed later, unchanged.', 'false'),
  'X-Request-Id': text('The request id that was sent, or a fresh one.', '018f3a5c-7b1e-7c3a-9f00-0123456789ab'),
  traceparent: text('W3C trace context of the request.', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'),
  'Retry-After': text('Seconds to wait before the next try.', '5'),
  ETag: text('Strong entity tag of the version.', '"3"'),
  Location: text('Where to ask for the state.', '/api/status/018f3a5c-7b1e-7c3a-9f00-0123456789ab'),
  'Preference-Applied': text('The preferences that were honoured.', 'respond-async'),
  Link: text(
    'The next page, with `rel="next"` (RFC 8288); left out on the last one.',
    '</api/generate/history?limit=2&cursor=MTI>; rel="next"',
  ),
  'X-Total-Relation': text('`eq`: `total` is exact. `gte`: there are at least so many.', 'eq'),
  'Idempotent-Replayed': text('`true` when the answer belongs to an earlier request with the same key.', 'true'),
} satisfies HeadersObject;

/** References to the named response headers, for the `headers` of a documented response. */
export const responseHeaders = (...names: readonly (keyof typeof RESPONSE_HEADERS)[]): HeadersObject =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
