import type { ApiPropertyOptions } from '@nestjs/swagger';
import { STATUSES } from '../generation.events.js';

/** An enum that every schema refers to by one name. */
export const oneOf = (enumName: string, values: readonly string[], description: string): ApiPropertyOptions => ({
  enum: [...values],
  enumName,
  description,
});

/** The same, or null. */
export const orNull = (options: ApiPropertyOptions): ApiPropertyOptions => ({ ...options, nullable: true });
/** A moment. */
export const time = (description: string): ApiPropertyOptions => ({ type: String, format: 'date-time', description });
/** A path on this server. */
export const path = (description: string): ApiPropertyOptions => ({
  type: String,
  format: 'uri-reference',
  description,
});

export const STATUS = oneOf(
  'Status',
  STATUSES,
  'Where the run stands. `pending` is queued, or waits for its next attempt: then `next_attempt_at` is set.',
);
export const RUN_ID: ApiPropertyOptions = {
  type: String,
  format: 'uuid',
  description: 'The run. Every route that takes `id` takes this too.',
};
export const ID: ApiPropertyOptions = { type: 'integer', minimum: 1, description: 'The short number of the same run.' };
export const RETRY_COUNT: ApiPropertyOptions = {
  type: 'integer',
  minimum: 0,
  description: 'Attempts after the first.',
};
export const NEXT_ATTEMPT_AT = orNull(time('When the next attempt is due, while a failed one waits for it.'));
export const EXPIRES_AT = orNull(
  time('Until when its next attempt must start, or it fails as `expired`; null where it may wait for ever.'),
);
export const CREATED_AT = time('When the run was accepted.');
export const STARTED_AT = orNull(time('When the first attempt started.'));
export const COMPLETED_AT = orNull(time('When the run ended, whatever the end was.'));
export const SEED: ApiPropertyOptions = {
  type: 'integer',
  minimum: 0,
  maximum: 2 ** 32 - 1,
  description: 'The seed, drawn and recorded if the caller gave none. The same seed gives the same picture.',
};
