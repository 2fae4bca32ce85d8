import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { recognise } from './fault.js';
import { MalformedRequest } from './http.errors.js';
import { JSON_TYPE, jsonBody } from './problem-body.js';
import { ProblemCatalogue } from './problem-codes.js';
import { contextOf } from './request-context.js';

const WORDS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'The headers are too large',
  ERR_HTTP_REQUEST_TIMEOUT: 'The request did not arrive in time',
};

const rawAnswer = (detail: string): string => {
  const context = contextOf(undefined, undefined);
  const body = JSON.stringify(
    jsonBody(recognise(new MalformedRequest(detail), new ProblemCatalogue()), context.traceId),
  );
  const head = [
    'HTTP/1.1 400 Bad Request',
    `Content-Type: ${JSON_TYPE}; charset=utf-8`,
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    'X-Error-Code: malformed_request',
    'X-Error-Retryable: false',
    `X-Request-Id: ${context.requestId}`,
    `traceparent: ${context.traceparent}`,
    'Vary: Accept',
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
};

/**
 * Answers bytes that Node's parser refuses with a 400 in the shape of all other errors; by default Node sends an empty one.
 * Where the bytes follow a request that is still being answered, a 400 would pass for its answer, so the connection is closed.
 */
export const answerClientErrors = (server: Server): void => {
  const latest = new WeakMap<Duplex, { readonly request: IncomingMessage; readonly response: ServerResponse }>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    latest.set(request.socket, { request, response });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const { request, response } = latest.get(socket) ?? {};
    const broken = request !== undefined && !request.complete && response?.headersSent === false;
    const idle = response === undefined || response.writableFinished;
    if (error.code === 'ECONNRESET' || !socket.writable || !(broken || idle)) {
      socket.destroy();
      return;
    }
    socket.end(rawAnswer(WORDS[error.code ?? ''] ?? 'The bytes are not an HTTP request'));
  });
};
