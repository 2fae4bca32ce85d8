import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { docsCss } from './docs-theme.js';
import { PROBLEM_SCHEMAS, RESPONSE_HEADERS } from './openapi-schemas.js';

/** What the application says about its API; the rules of every route are added. */
export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  /** Markdown: what it is for, and the first sixty seconds. */
  readonly introduction: string;
  /** In the order in which a user works. */
  readonly tags: readonly { readonly name: string; readonly description: string }[];
}

const RULES = `
## Errors
Every error has the same members. By default (\`application/json\`) \`detail\` is a string, and for a 422 a list with one entry per invalid
field, all of them at once. With \`Accept: application/problem+json\` the answer is strict RFC 9457: \`detail\` is a string and the list stands
under \`errors\`. \`X-Error-Code\` and \`X-Error-Retryable\` repeat what a client needs to decide, \`Retry-After\` says when. Each \`type\` leads to
[a page that explains it](/docs/problems). Unknown fields and query parameters are refused, never ignored, also by routes
that take none. \`null\` for an optional field is the same as leaving it out. Bodies are JSON in UTF-8, at most 1 MB unless the route says more, and
32 levels deep, except the bytes of an upload.

## Who may call
There are no API keys yet, so the server listens on a loopback address and answers \`localhost\`, \`127.0.0.1\` and \`[::1]\` alone. It refuses any
other \`Host\`, and changes that a page of another origin asks for, with a 403. Only the probes answer everybody.

## Repeating a request
A POST that creates work takes \`Idempotency-Key\` (1 to 255 visible characters). The same key and body never create a second run: the repeat
is answered with the first run and \`Idempotent-Replayed: true\`. The same key with another body is a 422.

## Waiting
A synchronous request waits for its result. \`Prefer: respond-async\` answers 202 at once, \`Prefer: wait=N\` (1 to 120 seconds) bounds the wait;
\`Preference-Applied\` says what was done. A client that hangs up does not stop its work.

## Conditional requests
A single resource carries a strong \`ETag\`, its version. \`If-None-Match\` answers 304 to a caller who has it; \`If-Match\` on a change answers
412 when somebody else was faster.

## Correlation
\`X-Request-Id\` and W3C \`traceparent\` are taken, answered, and stored with every event that a request causes.

Every route answers with and without a trailing slash. Times are RFC 3339 in UTC, durations are seconds, money is US dollars.`;

/** Says in the schema of every JSON body that unknown fields are refused; there is no decorator for it. */
const closeBodies = (document: OpenAPIObject): OpenAPIObject => {
  const operations = Object.values(document.paths).flatMap(({ post, put, patch }) => [post, put, patch]);
  for (const body of operations.flatMap((operation) => operation?.requestBody ?? [])) {
    const schema = 'content' in body ? body.content['application/json']?.schema : undefined;
    if (schema === undefined || !('$ref' in schema)) continue;
    const named = document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''];
    if (named !== undefined && !('$ref' in named)) named.additionalProperties = false;
  }
  return document;
};

/** The OpenAPI 3.1 document of all controllers. Operation ids are the names of the controllers' methods. */
export const openApiDocument = (app: NestExpressApplication, info: ApiInfo): OpenAPIObject => {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(info.title)
    .setVersion(info.version)
    .setDescription(`${info.introduction.trim()}\n${RULES}`)
    // A relative server follows whatever host and port the document was read from.
    .addServer('/');
  for (const { name, description } of info.tags) builder.addTag(name, description);
  const base = builder.build();
  const config = {
    ...base,
    info: { ...base.info, contact: { name: info.title } },
    components: { ...base.components, schemas: PROBLEM_SCHEMAS, headers: RESPONSE_HEADERS },
  };
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: (_controller, method) => method });
  return withoutUnusedHeaders(closeBodies(document));
};

/** Not every application has a use for every header that there is a name for. */
const withoutUnusedHeaders = (document: OpenAPIObject): OpenAPIObject => {
  const text = JSON.stringify(document.paths);
  const used = Object.entries(document.components?.headers ?? {}).filter(([name]) =>
    text.includes(`"#/components/headers/${name}"`),
  );
  return { ...document, components: { ...document.components, headers: Object.fromEntries(used) } };
};

/**
 * Serves the document at /docs-json and /docs-yaml and the bundled Swagger UI at /docs, which loads nothing from elsewhere. The document is
 * made when somebody first looks at it: it takes a fifth of a start, and most processes are never asked for it.
 */
export const serveDocs = (app: NestExpressApplication, info: ApiInfo): void => {
  SwaggerModule.setup('docs', app, () => openApiDocument(app, info), {
    customSiteTitle: `${info.title} API`,
    customCss: docsCss,
    swaggerOptions: {
      // Without this, Swagger UI asks validator.swagger.io for a badge as soon as the host is not localhost.
      validatorUrl: null,
      persistAuthorization: true,
      displayRequestDuration: true,
      filter: true,
      tryItOutEnabled: true,
      deepLinking: true,
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
    },
  });
};
