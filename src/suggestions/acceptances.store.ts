import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Pool } from 'pg';
import { LogTail } from '../eventsourcing/log-tail.js';
import { untraced } from '../eventsourcing/traces.js';
import { SuggestionIndex, type Standing } from './autocomplete.policy.js';

/** Between the completion of a run and the look at what it has changed, in milliseconds. */
const LOOK_AFTER_MS = 1_000;

/** One statement, so that the counts are those of the position. */
const READ = `
  select (select position from subscriptions where name = 'suggestions')::float8 as position,
         coalesce((select jsonb_object_agg(term, runs) from suggestion_acceptances), '{}') as runs`;

interface Row {
  readonly position: number | null;
  readonly runs: Readonly<Record<string, number>>;
}

/**
 * The standing of the terms by what users accepted, in memory: read when it is first asked for, and from then on a second after runs have
 * completed, in whichever process, until the projection has taken them in.
 */
@Injectable()
export class AcceptedTerms implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(AcceptedTerms.name);
  private standing: Standing | null = null;
  private reading: Promise<Standing> | null = null;
  /** Position of the newest completion that this process has heard of. */
  private heard = 0;
  private timer: NodeJS.Timeout | undefined;
  private unsubscribe: (() => void) | undefined;
  private isOver = false;

  constructor(
    private readonly pool: Pool,
    private readonly tail: LogTail,
    private readonly index: SuggestionIndex,
  ) {}

  onModuleInit(): void {
    this.unsubscribe = this.tail.subscribe((events) => {
      const completed = events.findLast(({ type }) => type === 'GenerationCompleted');
      if (!completed) return;
      this.heard = completed.position;
      // Before anybody has asked there is nothing to bring up to date.
      if (this.standing) this.lookSoon();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.isOver = true;
    this.unsubscribe?.();
    clearTimeout(this.timer);
    await this.reading?.catch(() => undefined);
  }

  /** As of about a second ago. Only the first question waits for the database. */
  current(): Standing | Promise<Standing> {
    return this.standing ?? this.read();
  }

  private read(): Promise<Standing> {
    this.reading ??= this.load().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async load(): Promise<Standing> {
    const { rows } = await this.pool.query<Row>({ name: 'suggestion_acceptances', text: READ });
    const { position = null, runs = {} } = rows[0] ?? {};
    this.standing = this.index.standingOf(new Map(Object.entries(runs)));
    if ((position ?? 0) < this.heard) this.lookSoon();
    return this.standing;
  }

  private lookSoon(): void {
    if (this.timer || this.isOver) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      untraced(() => this.read()).catch((error: unknown) => {
        this.logger.warn(`What users accepted was not read: ${String(error)}`);
        this.lookSoon();
      });
    }, LOOK_AFTER_MS);
    this.timer.unref();
  }
}
