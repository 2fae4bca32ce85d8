import { DarkroomSuite, OK } from '../support/darkroom-suite.js';

const SLOW = { ...OK, model: 'simulator/slow-30s' };

let suite: DarkroomSuite;

beforeAll(async () => {
  suite = await DarkroomSuite.start();
});
afterAll(() => suite.stop());

describe('GET of a run', () => {
  it.each(['/api/generate', '/api/status'])(
    'of %s answers with the version as its strong tag, and 304 to who has it',
    async (path) => {
      const { body: made } = await suite.generate(OK);
      const url = `${path}/${made.run_id}`;
      const { headers } = await suite.api.get(url);
      expect(headers.etag).toBe('"5"');
      for (const tag of ['"5"', 'W/"5"', '"1", "5"', '*']) {
        const { status, bytes, headers: again } = await suite.api.get(url, { 'if-none-match': tag });
        expect([tag, status, bytes.length, again.etag]).toEqual([tag, 304, 0, '"5"']);
      }
      expect((await suite.api.get(url, { 'if-none-match': '"4"' })).status).toBe(200);
    },
  );

  it('has a new tag with each event', async () => {
    const { run_id: runId } = await suite.begin(SLOW);
    await suite.status(runId, ({ status }) => status === 'processing');
    const { headers } = await suite.api.get(`/api/generate/${runId}`);
    await suite.api.post(`/api/generate/${runId}/cancel`);
    const after = await suite.api.get(`/api/generate/${runId}`, { 'if-none-match': headers.etag });
    expect(after.status).toBe(200);
    expect(after.headers.etag).not.toBe(headers.etag);
  });

  it('has no tag for a status that still changes without an event', async () => {
    const { run_id: runId } = await suite.begin(SLOW);
    expect((await suite.api.get(`/api/status/${runId}`)).headers.etag).toBeUndefined();
    expect((await suite.api.get(`/api/status/${runId}`, { 'if-none-match': '"1", "2"' })).status).toBe(200);
    await suite.api.post(`/api/generate/${runId}/cancel`);
  });
});

describe('If-Match', () => {
  it('lets a change through on the version that it names and refuses it on another', async () => {
    const { run_id: runId } = await suite.begin({ ...OK, model: 'simulator/fail-moderated' });
    await suite.ended(runId);
    const { headers } = await suite.api.get(`/api/generate/${runId}`);
    expect(headers.etag).toBe('"3"');
    for (const tag of ['"2"', 'W/"3"', '"03"']) {
      expect(await suite.api.post(`/api/generate/${runId}/retry`, undefined, { 'if-match': tag })).toMatchObject({
        status: 412,
        body: { code: 'precondition_failed', retryable: false },
      });
    }
    expect(await suite.eventTypes(runId)).toHaveLength(3);
    const { status } = await suite.api.post(`/api/generate/${runId}/retry`, undefined, { 'if-match': '"1", "3"' });
    expect(status).toBe(202);
    await suite.ended(runId);
    expect((await suite.api.post(`/api/generate/${runId}/cancel`, undefined, { 'if-match': '"3"' })).status).toBe(412);
  });

  it('cancels with * whatever the version is', async () => {
    const { run_id: runId } = await suite.begin(SLOW);
    expect((await suite.api.post(`/api/generate/${runId}/cancel`, undefined, { 'if-match': '*' })).status).toBe(200);
  });
});
