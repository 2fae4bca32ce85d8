import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { answerClientErrors } from './client-error.js';
import { MalformedRequest } from './http.errors.js';
import { readJsonBodies, type BodyRules } from './json-body.js';
import { refuseForeignCallers } from './loopback-callers.js';
import { openRequestContext } from './request-context.js';
import { RequestMeter } from './request-meter.js';
import { openRequestSpan } from './request-span.js';

/** Node answers a missing Host with an empty 400 of its own; here it gets the shape of all other errors. */
const requireHost = (request: Request, _response: Response, next: NextFunction): void => {
  if (request.httpVersion === '1.1' && request.headers.host === undefined)
    throw new MalformedRequest('The header Host is missing');
  next();
};

/** The bundled Swagger UI needs inline styles and data: images; nothing may be loaded from elsewhere. */
const secureHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  // TLS ends in front of this process, so only the proxy can promise it.
  strictTransportSecurity: false,
});

const configureServer = (server: Server): void => {
  // These bound how long a request may take to arrive; an answer (a wait of two minutes, a stream) may take any time.
  server.headersTimeout = 15_000;
  // A streamed body may be twenty megabytes on a slow line; for JSON there is a shorter limit where it is read.
  server.requestTimeout = 300_000;
  server.timeout = 0;
  // Longer than the 60 s after which common load balancers drop an idle connection, so that they never reuse one that is closing.
  server.keepAliveTimeout = 65_000;
  Object.assign(server, { requireHostHeader: false });
  // RFC 9110 §10.1.1 lets a server ignore expectations; Node would answer an unknown one with an empty 417.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  answerClientErrors(server);
  server.on('request', (request, response) => {
    response.once('finish', () => {
      // A closing server drops what is idle at that moment; what becomes idle later would keep the process for the keep-alive time.
      if (!server.listening) request.socket.end();
    });
  });
};

/**
 * Prepares the Express side of the application, before it is initialised: request context, measuring, security headers, who may
 * call, JSON bodies, timeouts. Expects HttpPlatformModule among the modules and `bodyParser: false` at creation.
 */
export const configureHttp = (
  app: NestExpressApplication,
  { streamed = [], largeBodies = new Map() }: Partial<BodyRules> = {},
): void => {
  app.disable('x-powered-by');
  // Entity tags are versions of what is read (etag.ts), not hashes of the bytes.
  app.disable('etag');
  app.use(openRequestSpan);
  app.use(openRequestContext);
  app.use(app.get(RequestMeter).measure);
  app.use(requireHost);
  app.use(secureHeaders);
  app.use(refuseForeignCallers);
  readJsonBodies(app, { streamed, largeBodies });
  configureServer(app.getHttpServer());
};
