import type { Request, Response } from 'express';

/** What a client may go on writing after its request was refused, how long in all, and how long it may pause. */
const MAX_DRAINED_BYTES = 32 * 1024 * 1024;
const MAX_DRAINING_MS = 15_000;
const MAX_SILENCE_MS = 5_000;

/**
 * Answers a request whose body has not come to its end: at once, but the connection stays until the client has written what it has to say,
 * within limits, as nginx does with `lingering_close`. One that is closed while its client writes is reset, and the reset throws away the answer
 * that its client has not read yet.
 */
export const answerBeforeBody = (request: Request, response: Response, text: string): void => {
  if (Number(request.headers['content-length'] ?? 0) > MAX_DRAINED_BYTES) response.setHeader('Connection', 'close');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.write(text);
  drain(request, (isThrough) => {
    if (!isThrough) response.once('finish', () => request.socket.destroy());
    response.end();
  });
};

/** Reads on and throws away. @param done called once; with false where the client went beyond a limit */
const drain = (request: Request, done: (isThrough: boolean) => void): void => {
  let left = MAX_DRAINED_BYTES;
  const settle = (isThrough: boolean): void => {
    clearTimeout(whole);
    clearTimeout(silence);
    request.off('data', take).off('end', finish).off('close', finish);
    done(isThrough);
  };
  const finish = (): void => {
    settle(true);
  };
  const giveUp = (): void => {
    settle(false);
  };
  const take = (chunk: Buffer): void => {
    left -= chunk.length;
    silence.refresh();
    if (left < 0) giveUp();
  };
  const whole = setTimeout(giveUp, MAX_DRAINING_MS);
  const silence = setTimeout(giveUp, MAX_SILENCE_MS);
  request.on('data', take).once('end', finish).once('close', finish);
  request.resume();
};
