import type { Request } from 'express';
import { MalformedRequest } from './http.errors.js';

/** A route whose body is no JSON and is read by its controller, as a stream. */
export interface StreamedRoute {
  readonly method: string;
  readonly path: RegExp;
}

export const isStreamed = (request: Request, routes: readonly StreamedRoute[]): boolean =>
  routes.some(({ method, path }) => method === request.method && path.test(request.path));

/**
 * The body of a request, chunk by chunk. Whoever stops reading leaves the connection open for the answer.
 * @throws MalformedRequest where the client breaks off
 */
export async function* chunksOf(request: Request): AsyncGenerator<Buffer> {
  try {
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  } catch (cause) {
    throw new MalformedRequest('The connection broke before the body was complete', { cause });
  }
}
