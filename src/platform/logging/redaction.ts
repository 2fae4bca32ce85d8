import { createHash } from 'node:crypto';

/** What opens something, by the name that fields and headers give it. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  '["set-cookie"]',
  '["x-api-key"]',
  'api_key',
  'apiKey',
  'token',
  'secret',
  'password',
  'signature',
  'webhook_url',
];

const below = (wildcards: string, field: string): string =>
  field.startsWith('[') ? `${wildcards}${field}` : `${wildcards}.${field}`;

/** Paths of pino's `redact`: secrets of a line, of its objects and of theirs. */
export const REDACTED_PATHS: readonly string[] = SECRET_FIELDS.flatMap((field) => [
  field,
  below('*', field),
  below('*.*', field),
]);

const PROMPT_FIELDS: ReadonlySet<string> = new Set(['prompt', 'negative_prompt']);
const HASH_DIGITS = 12;

/** Everything between the scheme and the host: a password may hold an `@` of its own. */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi;
const SIGNED =
  /([?&](?:signature|sig|token|access_token|api_?key|key|secret|password|x-(?:amz|goog)-(?:signature|credential|security-token))=)[^&#\s"']*/gi;
const AUTHORIZATION = /\b(Bearer\s+)[\w.~+/=-]{8,}/gi;

/** A text that may stand in a log: without passwords of URLs, signatures and tokens of links, and bearer tokens. */
export const withoutSecrets = (text: string): string =>
  text.replace(CREDENTIALS, '$1…@').replace(SIGNED, '$1…').replace(AUTHORIZATION, '$1…');

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** A text without given ones, also where they stand in it as in a JSON document. */
export const withoutTexts = (text: string, hidden: readonly string[]): string =>
  [...hidden]
    .filter((each) => each !== '')
    // A short one may be a part of a long one.
    .sort((one, other) => other.length - one.length)
    .reduce((left, each) => left.replaceAll(each, '[hidden]').replaceAll(escaped(each), '[hidden]'), text);

/** What tells two prompts apart without telling them: the first digits of the SHA-256, and the length in UTF-16 units. */
const summaryOf = (name: string, prompt: string): Record<string, string | number> => ({
  [`${name}_hash`]: createHash('sha256').update(prompt).digest('hex').slice(0, HASH_DIGITS),
  [`${name}_length`]: prompt.length,
});

/** The fields of a line with a hash and the length in the place of each prompt. */
export const withoutPrompts = (fields: Record<string, unknown>): Record<string, unknown> => {
  if (!('prompt' in fields) && !('negative_prompt' in fields)) return fields;
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      if (!PROMPT_FIELDS.has(name)) return [[name, value]];
      return typeof value === 'string' ? Object.entries(summaryOf(name, value)) : [];
    }),
  );
};

/** Paths of prompts inside of objects, which nobody logs on purpose. */
export const PROMPT_PATHS: readonly string[] = [...PROMPT_FIELDS].flatMap((field) => [`*.${field}`, `*.*.${field}`]);
