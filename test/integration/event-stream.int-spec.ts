import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request, Response } from 'express';
import { EventStream, type StreamEnd } from '../../src/platform/http/event-stream.js';
import { throughout, until } from '../support/until.js';

const MEGABYTE = 1024 * 1024;
/** More than the cut-off and all buffers of two sockets together. */
const ENOUGH_BYTES = 64 * MEGABYTE;
const MESSAGE = { event: 'status', data: { text: 'x'.repeat(MEGABYTE / 4) } };

@Module({})
class NothingModule {}

let app: NestExpressApplication;
let opened: (response: Response) => void;
let client: Socket;
let response: Response;
let stream: EventStream;

beforeAll(async () => {
  app = await NestFactory.create<NestExpressApplication>(NothingModule, { logger: false });
  app.use((_request: Request, answered: Response) => {
    opened(answered);
  });
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());

beforeEach(async () => {
  const opening = new Promise<Response>((resolve) => {
    opened = resolve;
  });
  client = connect((app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  response = await opening;
  stream = new EventStream(response);
  stream.open();
});
afterEach(() => client.destroy());

/** Sends, a message a turn, until the condition holds. @returns the bytes that were sent */
const sendUntil = async (condition: () => boolean): Promise<number> => {
  let sent = 0;
  for (; !condition() && sent < ENOUGH_BYTES; sent += MEGABYTE / 4) {
    stream.send(MESSAGE);
    await nextTurn();
  }
  return sent;
};

/** Why the stream is over, as it says now. */
const reasons = (): StreamEnd[] => {
  const told: StreamEnd[] = [];
  stream.onClose((reason) => told.push(reason));
  return told;
};

describe('an event stream whose client', () => {
  it('reads on and on is never cut off, and leaves no listener behind for each wait', async () => {
    client.resume();
    const listeners = (): number[] => ['close', 'drain'].map((event) => response.listenerCount(event));
    const before = listeners();
    for (let round = 0; round < 40; round += 1) {
      for (let each = 0; each < 4; each += 1) stream.send(MESSAGE);
      expect(response.writableNeedDrain).toBe(true);
      await stream.drained();
    }
    expect(stream.closed).toBe(false);
    expect(listeners()).toEqual(before);
  });

  it('reads nothing is waited for until it reads again', async () => {
    client.pause();
    await sendUntil(() => response.writableLength > MEGABYTE);
    let drained = false;
    const waiting = stream.drained().then(() => {
      drained = true;
    });
    await throughout('the stream waits', 100, () => !drained);
    client.resume();
    await waiting;
    expect(stream.closed).toBe(false);
  });

  it('reads nothing is cut off when four megabytes wait for it', async () => {
    client.pause();
    const sent = await sendUntil(() => stream.closed);
    expect(sent).toBeLessThan(ENOUGH_BYTES);
    expect(sent).toBeGreaterThan(4 * MEGABYTE);
    client.resume();
    await once(client, 'close');
    expect(response.destroyed).toBe(true);
    expect(reasons()).toEqual(['slow_consumer']);
  });

  it('leaves is waited for no longer', async () => {
    client.pause();
    await sendUntil(() => response.writableLength > MEGABYTE);
    const waiting = stream.drained();
    client.destroy();
    await waiting;
    await until('the stream has ended', () => stream.closed);
    expect(reasons()).toEqual(['client']);
  });

  it('is sent away is over for that reason, however its connection ends', async () => {
    client.resume();
    stream.end('shutdown');
    expect(reasons()).toEqual(['shutdown']);
    client.destroy();
    await until('the connection is gone', () => response.destroyed);
    expect(reasons()).toEqual(['shutdown']);
  });
});
