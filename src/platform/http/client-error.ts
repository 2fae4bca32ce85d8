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
 * Where an answer is already on its way on the connection, nothing can be put in between, and the connection is closed.
 */
export const answerClientErrors = (server: Server): void => {
  const answering = new WeakMap<Duplex, number>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    answering.set(socket, (answering.get(socket) ?? 0) + 1);
    response.once('close', () => answering.set(socket, (answering.get(socket) ?? 1) - 1));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable || (answering.get(socket) ?? 0) > 0) {
      socket.destroy();
      return;
    }
    socket.end(rawAnswer(WORDS[error.code ?? ''] ?? 'The bytes are not an HTTP request'));
  });
};
