import { ResourceNotFound } from './http.errors.js';
import { cut } from './safe-text.js';

/** An id of a path: the integer that people use or the UUID of the stream, in lower case. */
export type ResourceId =
  { readonly kind: 'number'; readonly id: number } | { readonly kind: 'uuid'; readonly id: string };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Reads a path id, 1 to 2^53 − 1 or a UUID, so that nothing else ever reaches the database.
 * @throws ResourceNotFound
 */
export const parseResourceId = (text: string): ResourceId => {
  if (UUID.test(text)) return { kind: 'uuid', id: text.toLowerCase() };
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(id)) return { kind: 'number', id };
  throw new ResourceNotFound(`Nothing is known under the id ${cut(text)}`);
};
