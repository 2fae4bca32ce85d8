import { connect } from 'node:net';
import type { MeasuredRequest } from '../../src/platform/http/request-meter.js';
import { HttpApp } from '../support/http-app.js';
import { until } from '../support/until.js';

let app: HttpApp;
const measured: MeasuredRequest[] = [];

beforeAll(async () => {
  app = await HttpApp.start();
  app.meter.subscribe((request) => measured.push(request));
});
beforeEach(() => {
  measured.length = 0;
});
afterAll(() => app.stop());

const measureOf = async (work: () => Promise<unknown>): Promise<MeasuredRequest | undefined> => {
  await work();
  await until('it is measured', () => Promise.resolve(measured.length === 1));
  return measured[0];
};

describe('a request is measured', () => {
  it('by the pattern of its route, with its status, its time and its trace', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const measure = await measureOf(() => app.call('/things/by-id/17?x=1', { headers: { traceparent } }));
    expect(measure).toMatchObject({
      ...{ method: 'GET', pattern: '/things/by-id/:id', status: 422, traceId: '4bf92f3577b34da6a3ce929d0e0e4736' },
      problem: { code: 'validation_error' },
    });
    expect(measure?.seconds).toBeGreaterThan(0);
    expect(measure?.seconds).toBeLessThan(10);
  });

  it('with no problem where there was none', async () => {
    const measure = await measureOf(() => app.call('/things/by-id/17'));
    expect(measure).toMatchObject({ status: 200, problem: null });
  });

  it.each([
    ['whose body is no JSON', '/things', '{', 'application/json', 400],
    ['whose body has another type', '/things/', 'x', 'text/plain', 415],
  ])('by its route too where it is refused before that: one %s', async (...[, path, body, type, status]) => {
    const measure = await measureOf(() => app.post(path, body, { 'content-type': type }));
    expect(measure).toMatchObject({ method: 'POST', pattern: '/things', status });
  });

  it('without a pattern where no route takes it', async () => {
    expect(await measureOf(() => app.call('/nowhere/17'))).toMatchObject({ pattern: null, status: 404 });
    measured.length = 0;
    const broken = 'GET /thing%E0%A4%A HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    expect((await measureOf(() => app.raw(broken)))?.pattern).toBeNull();
  });

  it('with the error that it was answered with', async () => {
    const measure = await measureOf(() => app.call('/things/throw/secret'));
    expect(measure).toMatchObject({ status: 500, problem: { code: 'internal_error' } });
    expect(measure?.problem?.detail).not.toContain('secret');
  });

  it('and is not under way any more once its client has left, before its turn too', async () => {
    const client = connect(app.port, '127.0.0.1');
    const slow = 'GET /things/unanswered HTTP/1.1\r\nHost: localhost\r\n\r\n';
    client.write(`${slow}${slow}`);
    await until('both are under way', () => Promise.resolve(app.meter.open === 2));
    client.destroy();
    await until('none is', () => Promise.resolve(app.meter.open === 0));
  });
});
