import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from './random.js';

/** What a client got in the end, and after how much trouble. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  readonly content: Buffer;
  /** Requests that were sent for it; all but the last had no answer that counts. */
  readonly tries: number;
}

export interface Ask {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: object;
  /** Where the first try goes; every other one, and without it all, go to whichever comes. */
  readonly first?: number;
}

const REQUEST_LIMIT_MS = 30_000;
/** Milliseconds before the next try. */
const AGAIN_MS = [30, 250] as const;
const GIVE_UP_AFTER_MS = 120_000;

/** The server says that it could not do it now, or died on the way; the same request may be sent again. */
const isNoAnswer = (status: number): boolean => status === 502 || status === 503 || status === 429;

const parse = (content: Buffer, headers: Headers): Record<string, unknown> =>
  /json/.test(headers.get('content-type') ?? '')
    ? (JSON.parse(content.toString('utf8')) as Record<string, unknown>)
    : {};

/** A client as it should be: it sends a request again, word for word and to whichever server, until it has an answer. */
export class PatientClient {
  /** Requests whose connection broke or could not be made. */
  brokenConnections = 0;
  /** Requests that this client itself gave up on, to send them again. */
  hangUps = 0;
  unavailable = 0;

  constructor(
    private readonly origins: readonly string[],
    private readonly random: Random,
  ) {}

  /** @throws Error when there was no answer for two minutes */
  async ask<Body = Record<string, unknown>>(path: string, ask: Ask = {}): Promise<Answer<Body>> {
    const deadline = Date.now() + GIVE_UP_AFTER_MS;
    let last: unknown;
    for (let tries = 1; Date.now() < deadline; tries += 1) {
      try {
        const chosen =
          tries === 1 && ask.first !== undefined ? this.origins[ask.first % this.origins.length] : undefined;
        const answer = await this.once(`${chosen ?? this.random.pick(this.origins)}${path}`, ask);
        if (!isNoAnswer(answer.status)) return { ...answer, tries, body: answer.body as Body };
        this.unavailable += 1;
        last = answer.body;
      } catch (error) {
        last = error;
      }
      await pause(this.random.whole(...AGAIN_MS));
    }
    throw new Error(`No answer from ${path}; the last try: ${JSON.stringify(last)} ${String(last)}`);
  }

  private async once(url: string, { method = 'GET', headers = {}, json }: Ask): Promise<Omit<Answer, 'tries'>> {
    const hangsUp = method === 'POST' && this.random.chance(0.05);
    const signal = AbortSignal.timeout(hangsUp ? this.random.whole(1, 60) : REQUEST_LIMIT_MS);
    try {
      const response = await fetch(url, {
        method,
        headers: { ...headers, ...(json && { 'content-type': 'application/json' }) },
        ...(json && { body: JSON.stringify(json) }),
        signal,
      });
      const content = Buffer.from(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, content, body: parse(content, response.headers) };
    } catch (error) {
      if (hangsUp && signal.aborted) this.hangUps += 1;
      else this.brokenConnections += 1;
      throw error;
    }
  }
}
