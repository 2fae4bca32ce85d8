import { createHash } from 'node:crypto';

/** What opens something, by the name that fields and headers give it, in small letters. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  ...['authorization', 'cookie', 'set-cookie', 'x-api-key', 'api_key', 'apikey'],
  ...['token', 'secret', 'password', 'signature', 'webhook_url'],
]);
const REDACTED = '[Redacted]';
/** Objects in objects that are looked at; nobody logs deeper ones on purpose. */
const DEEPEST = 4;

const PROMPT_FIELDS: ReadonlySet<string> = new Set(['prompt', 'negative_prompt']);
const HASH_DIGITS = 12;

/** Everything between the scheme and the host: a password may hold an `@` of its own. */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi;
const SIGNED =
  /([?&](?:signature|sig|token|access_token|api_?key|key|secret|password|x-(?:amz|goog)-(?:signature|credential|security-token))=)[^&#\s"']*/gi;
const AUTHORIZATION = /\b(Bearer\s+)[\w.~+/=-]{8,}/gi;

/** What each of them holds; most texts have none of it. */
const SUSPICIOUS = /:\/\/|[?&]|bearer/i;

/** A text that may stand in a log: without passwords of URLs, signatures and tokens of links, and bearer tokens. */
export const withoutSecrets = (text: string): string => {
  if (!SUSPICIOUS.test(text)) return text;
  return text.replace(CREDENTIALS, '$1…@').replace(SIGNED, '$1…').replace(AUTHORIZATION, '$1…');
};

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

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/**
 * The fields of a line as they may be told: secrets by their names, and those that stand in texts, are left out, and a prompt is a hash and a
 * length. Walked here and not by pino's `redact`, whose wildcards cost more than all the rest of a line.
 */
export const cleanFields = (
  fields: Record<string, unknown>,
  showsPrompts: boolean,
  depth = 0,
): Record<string, unknown> => {
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (SECRET_FIELDS.has(name.toLowerCase())) clean[name] = REDACTED;
    else if (!showsPrompts && PROMPT_FIELDS.has(name))
      Object.assign(clean, depth === 0 && typeof value === 'string' ? summaryOf(name, value) : { [name]: REDACTED });
    else if (typeof value === 'string') clean[name] = withoutSecrets(value);
    else if (isPlain(value) && depth < DEEPEST) clean[name] = cleanFields(value, showsPrompts, depth + 1);
    else clean[name] = value;
  }
  return clean;
};
