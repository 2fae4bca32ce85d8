import type { Request, Response } from 'express';

/** What a client may go on writing after its request was refused. */
const MAX_DRAINED_BYTES = 32 * 1024 * 1024;
const MAX_DRAINING_MS = 30_000;

/**
 * Answers a request whose body has not come to its end: at once, but the connection stays until the client has written what it has to say. One
 * that is closed while its client writes may take the answer with it, before anybody has read it.
 */
export const answerBeforeBody = (request: Request, response: Response, text: string): void => {
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.write(text);
  let left = MAX_DRAINED_BYTES;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    response.end();
  };
  const cutOff = (): void => {
    response.once('finish', () => request.socket.destroy());
    end();
  };
  const timer = setTimeout(cutOff, MAX_DRAINING_MS);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) cutOff();
  });
  request.once('end', end);
  request.once('close', end);
  request.resume();
};
