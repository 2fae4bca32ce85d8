import type { NextFunction, Request, Response } from 'express';
import { Forbidden } from './http.errors.js';
import { cut } from './safe-text.js';

/** Names that no name server of somebody else answers for, with or without a port. */
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?$/i;
/** RFC 9110 §9.2.1 */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/** What asks for health knows a process by its address and learns nothing that somebody else must not know. */
const PROBES = /^\/health(?:\/|$)/;

/** Undefined for what is no origin, such as `null`, which a browser sends for a page without one. */
const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

/**
 * Express middleware for as long as there are no API keys: on a loopback address anybody else is kept out by the network, but for the
 * browser of the person at the machine. A page of another site must not reach the API by a name of its own that it lets point here (DNS
 * rebinding), nor order changes by a form or a request whose answer it cannot read.
 * @throws Forbidden
 */
export const refuseForeignCallers = (request: Request, _response: Response, next: NextFunction): void => {
  // Only HTTP/1.0, which no browser speaks, may leave it out.
  const { host = 'localhost', origin, 'sec-fetch-site': site } = request.headers;
  if (PROBES.test(request.path)) {
    next();
    return;
  }
  if (!LOOPBACK.test(host)) {
    throw new Forbidden(`Without API keys only localhost, 127.0.0.1 and [::1] are answered, not the host ${cut(host)}`);
  }
  const isForeign = site === 'cross-site' || (origin !== undefined && hostOf(origin) !== hostOf(`http://${host}`));
  if (isForeign && !SAFE_METHODS.has(request.method)) {
    throw new Forbidden(
      `Without API keys no page of another site may ask for changes${origin === undefined ? '' : `: ${cut(origin)}`}`,
    );
  }
  next();
};
