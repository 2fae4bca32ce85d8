import { gzipSync } from 'node:zlib';
import type { Response, Route } from 'playwright-core';
import { type Visit, WebBrowser } from '../support/browser.js';
import { CHROMIUM } from '../support/chromium.js';
import { eventually } from '../support/darkroom-process.js';
import { DarkroomSuite, OK } from '../support/darkroom-suite.js';
import { EXTREME_ANSWERS } from '../support/extreme-answers.js';

const PAGE = '/monitoring';
const DASHBOARD = '/api/monitoring/dashboard';
const WIDTHS = [360, 390, 768, 1440, 1920];
const REFRESH_MS = 5_000;
const FIRST_LOAD_LIMIT = 110_000;

const PROMPTS = ['a red car in the rain', 'a paper boat in a puddle', 'three pears on a wooden table'];

interface Dashboard {
  readonly system: { readonly total_jobs: number; readonly jobs_failed: number };
}

if (CHROMIUM === null) process.stderr.write('There is no Chromium on the PATH: nothing of the page is tested.\n');
const describeWithChromium = CHROMIUM === null ? describe.skip : describe;

describeWithChromium('the page at /monitoring', () => {
  let browser: WebBrowser;
  let suite: DarkroomSuite;
  let visit: Visit;

  beforeAll(async () => {
    [browser, suite] = await Promise.all([WebBrowser.start(), DarkroomSuite.start()]);
  });
  afterAll(async () => {
    await browser.stop();
    await suite.stop();
  });
  beforeEach(async () => {
    visit = await browser.visit(suite.process.url);
  });
  afterEach(() => visit.close());

  /** Opens the page and waits for its figures. */
  const open = async (): Promise<void> => {
    await visit.page.goto(PAGE);
    await visit.page.locator('.figures[aria-busy=false]').waitFor();
  };
  const figure = (card: string): Promise<string> =>
    visit.page
      .locator('.card', { has: visit.page.getByRole('heading', { name: card, exact: true }) })
      .locator('.card__value')
      .innerText();
  const jobsShown = async (): Promise<number> => Number(await figure('Jobs'));
  const refreshButton = () => visit.page.getByRole('button', { name: 'Refresh', exact: true });
  const autoRefresh = () => visit.page.getByRole('switch', { name: 'Auto-refresh, 5 s' });
  const isOn = async (): Promise<boolean> => (await autoRefresh().getAttribute('aria-checked')) === 'true';
  /** Lets time pass in the page, and says how many requests for the dashboard that caused. */
  const requestsIn = async (ms: number): Promise<number> => {
    const before = visit.times(DASHBOARD);
    await visit.page.clock.runFor(ms);
    // Requests are told in their order, so that after this one there is none that is still to be heard of.
    const last = visit.page.waitForRequest('**/health/live');
    await visit.page.evaluate("fetch('/health/live')");
    await last;
    return visit.times(DASHBOARD) - before;
  };
  const timeInPage = (): Promise<number> => visit.page.evaluate<number>('Date.now()');
  const expectGoodConduct = (): void => {
    expect(visit.conduct).toMatchObject({ foreign: [], errors: [] });
  };

  describe('of an installation without runs', () => {
    it('says so, and what to do next', async () => {
      await open();
      expect(await jobsShown()).toBe(0);
      for (const words of ['No job has run yet', 'No preset has been used yet', 'Nothing has failed'])
        expect(await visit.page.getByText(words).isVisible()).toBe(true);
      expect(await visit.axe()).toEqual([]);
      expect(await visit.overflow(WIDTHS)).toEqual(WIDTHS.map(() => 0));
      await visit.photograph('empty');
      expectGoodConduct();
    });

    it('shows a command that makes the first picture, which the page then shows', async () => {
      await open();
      const command = await visit.page.locator('.command code').innerText();
      const [, url = '', body = ''] = /^curl (\S+) .*-d '(.*)'$/.exec(command) ?? [];
      const { pathname, origin } = new URL(url);
      expect(origin).toBe(suite.process.url);
      expect((await suite.api.post(pathname, body)).status).toBe(200);
      await eventually(
        async () => {
          await refreshButton().click();
          return jobsShown();
        },
        (jobs) => jobs === 1,
      );
      const entry = visit.page.locator('.activity__entry');
      expect(await entry.innerText()).toContain('a lighthouse above a stormy sea');
      expect(await entry.innerText()).toContain('completed · image');
    });
  });

  describe('of one that works', () => {
    let expected: number;

    beforeAll(async () => {
      const before = await suite.api.get<Dashboard>(DASHBOARD);
      for (const [index, prompt] of PROMPTS.entries())
        await suite.generate({ ...OK, prompt, preset: index === 0 ? 'oil_painting' : 'concept_art' });
      // The same again, from the cache.
      const twice = { ...OK, prompt: 'an old typewriter', use_cache: true };
      await suite.generate(twice);
      await suite.generate(twice);
      await suite.generate({ ...OK, prompt: 'a refused prompt', model: 'simulator/fail-moderated' });
      const { run_id: slow } = await suite.begin({ ...OK, prompt: 'a heron at dawn', model: 'simulator/slow-30s' });
      await suite.status(slow, ({ status }) => status === 'processing');
      expected = before.body.system.total_jobs + PROMPTS.length + 4;
      await eventually(
        () => suite.api.get<Dashboard>(DASHBOARD),
        ({ body: { system } }) => system.total_jobs === expected && system.jobs_failed === 1,
      );
    });

    it('shows four cards, every panel and the runs, and looks right at each width', async () => {
      await open();
      expect(await visit.page.locator('.card__label').allInnerTexts()).toEqual([
        'Uptime',
        'Jobs',
        'Pending',
        'Average time',
      ]);
      expect(await figure('Uptime')).toMatch(/^\d+:\d\d:\d\d$/);
      expect([await jobsShown(), Number(await figure('Pending'))]).toEqual([expected, 1]);
      expect(await figure('Average time')).toMatch(/^[\d.]+ m?s$/);
      expect(await visit.page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(
        expect.arrayContaining([
          'Generation',
          'Training and data',
          'Recent activity',
          'Popular presets',
          'Cache',
          'Queue',
        ]),
      );
      await visit.page.locator('.errors__entry').waitFor();
      await visit.page.locator('.endpoints tbody tr').first().waitFor();
      expect(await visit.axe()).toEqual([]);
      expect(await visit.overflow(WIDTHS)).toEqual(WIDTHS.map(() => 0));
      await visit.photograph('data');
      expectGoodConduct();
    });

    it('tells each run by its state in a word, and leads to it', async () => {
      await open();
      const link = visit.page.getByRole('link', { name: 'a refused prompt' });
      expect(await visit.page.locator('.activity__entry', { has: link }).innerText()).toContain('failed · image');
      expect((await suite.api.get((await link.getAttribute('href')) ?? '')).body).toMatchObject({ status: 'failed' });
      expect(await visit.page.locator('.errors__entry').first().innerText()).toContain('moderated');
    });

    it('shows the presets by how often they were used, the most used with the longest bar', async () => {
      await open();
      const entries = visit.page.locator('.ranking__entry');
      expect(await entries.allInnerTexts()).toEqual([
        expect.stringMatching(/^concept_art\s+2$/),
        expect.stringMatching(/^oil_painting\s+1$/),
      ]);
      const bars = await entries.locator('.bar__part').all();
      expect(await Promise.all(bars.map((bar) => bar.getAttribute('style')))).toEqual([
        expect.stringContaining('100%'),
        expect.stringContaining('50%'),
      ]);
    });

    it('shows the cache and the queue', async () => {
      await open();
      const facts = (title: string): Promise<string> =>
        visit.page.locator('.panel', { has: visit.page.getByRole('heading', { name: title }) }).innerText();
      expect(await facts('Cache')).toMatch(/Hits\s+1\b/);
      expect(await facts('Queue')).toContain('1 job running');
    });
  });

  describe('refreshes', () => {
    it('every five seconds, with what is new, and moves nothing else', async () => {
      await visit.page.clock.install();
      await visit.page.addInitScript(`
        window.moved = [];
        new PerformanceObserver((list) => window.moved.push(...list.getEntries())).observe({ type: 'layout-shift' });`);
      await open();
      const [jobs, asked, since] = [await jobsShown(), visit.times(DASHBOARD), await timeInPage()];
      await suite.generate({ ...OK, prompt: 'one more' });
      await eventually(
        async () => {
          await requestsIn(REFRESH_MS);
          return jobsShown();
        },
        (shown) => shown === jobs + 1,
      );
      // Fewer where an answer took longer than the hurried clock.
      const due = Math.ceil(((await timeInPage()) - since) / REFRESH_MS);
      expect(visit.times(DASHBOARD) - asked).toBeLessThanOrEqual(due);
      await visit.page.evaluate('window.moved.length = 0');
      await requestsIn(2 * REFRESH_MS);
      // The words of an age grow and shrink: "9 s ago", "10 s ago".
      expect(await visit.page.evaluate('window.moved.reduce((sum, { value }) => sum + value, 0)')).toBeLessThan(0.001);
    });

    it('not while nobody looks, and at once when somebody looks again', async () => {
      await visit.page.clock.install();
      await open();
      await visit.setHidden(true);
      expect(await requestsIn(4 * REFRESH_MS)).toBe(0);
      const asked = visit.page.waitForRequest(`**${DASHBOARD}`);
      await visit.setHidden(false);
      await asked;
    });

    it('only by hand once it is switched off, which is remembered', async () => {
      await visit.page.clock.install();
      await open();
      expect(await isOn()).toBe(true);
      await autoRefresh().focus();
      await visit.page.keyboard.press('Space');
      expect(await isOn()).toBe(false);
      expect(await requestsIn(4 * REFRESH_MS)).toBe(0);
      await visit.page.reload();
      await visit.page.locator('.figures[aria-busy=false]').waitFor();
      expect(await isOn()).toBe(false);
      expect(await requestsIn(4 * REFRESH_MS)).toBe(0);
      const asked = visit.page.waitForRequest(`**${DASHBOARD}`);
      await refreshButton().click();
      await asked;
      await visit.page.getByText('Auto-refresh, 5 s').click();
      expect(await isOn()).toBe(true);
    });
  });

  describe('with the longest words and the largest figures', () => {
    beforeEach(async () => {
      const { dashboard, endpoints, errors } = EXTREME_ANSWERS;
      await visit.page.route(`**${DASHBOARD}`, (route) => route.fulfill({ json: dashboard }));
      await visit.page.route('**/stats/endpoints', (route) => route.fulfill({ json: endpoints }));
      await visit.page.route('**/errors/recent*', (route) => route.fulfill({ json: errors }));
      await open();
      await visit.page.getByText('Unknown paths').waitFor();
    });

    it('fits each width, and leaves every column the room to be read', async () => {
      expect(await visit.overflow(WIDTHS)).toEqual(WIDTHS.map(() => 0));
      await visit.page.setViewportSize({ width: 360, height: 900 });
      const box = await visit.page.locator('.endpoints tbody th').nth(1).boundingBox();
      expect(box?.width).toBeGreaterThan(64);
      expect(await figure('Jobs')).toBe('222.2B');
      expect(await visit.page.getByText('1,000+ running, 1,000+ waiting, 1,000+ scheduled').isVisible()).toBe(true);
      expect(await visit.axe()).toEqual([]);
      await visit.photograph('extreme');
    });

    it('shows how a text begins that reads from the right', async () => {
      const [hiddenBehindTheEnd, hiddenBefore] = await visit.page.evaluate<[number, number]>(`(() => {
        const link = document.querySelector('.activity__prompt .run-link');
        const word = document.createRange();
        word.setStart(link.firstChild, 0);
        word.setEnd(link.firstChild, 4);
        const [box, seen] = [link.closest('.activity__what'), word].map((each) => each.getBoundingClientRect());
        return [seen.right - box.right, box.left - seen.left];
      })()`);
      expect(hiddenBehindTheEnd).toBeLessThan(1);
      expect(hiddenBefore).toBeLessThan(1);
    });

    it('shows the whole outline of a run that has the focus', async () => {
      const cutOff = await visit.page.evaluate<readonly string[]>(`(() => {
        const found = [];
        const link = document.querySelector('.activity__prompt .run-link');
        for (let around = link.parentElement; around; around = around.parentElement)
          if (getComputedStyle(around).overflow !== 'visible') found.push(around.className);
        return found;
      })()`);
      expect(cutOff).toEqual([]);
    });
  });

  it('holds a place for each figure while it waits for the first answer', async () => {
    const held: Route[] = [];
    let isHeld = true;
    // The page gives up what is not answered in time and asks again; that comes through once the others may.
    await visit.page.route('**/api/**', (route) => {
      if (isHeld) held.push(route);
      else void route.continue();
    });
    await visit.page.goto(PAGE);
    await visit.page.locator('.figures[aria-busy=true] .skeleton').first().waitFor();
    expect(await visit.axe()).toEqual([]);
    await visit.photograph('loading');
    isHeld = false;
    for (const route of held) await route.continue();
    await visit.page.locator('.figures[aria-busy=false]').waitFor();
  });

  it('says what is wrong when it does not understand an answer, and keeps the way to other pages', async () => {
    await visit.page.route(`**${DASHBOARD}`, (route) => route.fulfill({ json: { system: null } }));
    await visit.page.goto(PAGE);
    await visit.page.getByRole('heading', { name: 'Something is wrong with this page' }).waitFor();
    expect(await visit.page.getByRole('link', { name: 'API docs' }).isVisible()).toBe(true);
    expect(await visit.axe()).toEqual([]);
  });

  it('is less than 110 KB on the wire with all that it needs to show itself, kept for the next visit', async () => {
    const answers: Response[] = [];
    visit.page.on('response', (response) => {
      if (!new URL(response.url()).pathname.startsWith('/api/')) answers.push(response);
    });
    await open();
    const files = answers.filter((response) => !response.url().endsWith('/health/ready'));
    const sizes = await Promise.all(
      files.map(async (response) => gzipSync(await response.body(), { level: 9 }).length),
    );
    expect(files.length).toBeGreaterThanOrEqual(3);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(FIRST_LOAD_LIMIT);
    const scripts = files.filter((response) => /[.](?:js|css)$/.test(response.url()));
    for (const response of scripts) {
      expect(await response.allHeaders()).toMatchObject({
        'content-encoding': 'gzip',
        'cache-control': 'public, max-age=31536000, immutable',
      });
    }
  });

  describe('without an API', () => {
    it('that was never reached, says so and what to look at, and goes on by itself', async () => {
      await visit.page.clock.install();
      await visit.page.route('**/api/**', (route) => route.abort());
      await visit.page.goto(PAGE);
      await visit.page.getByRole('heading', { name: 'Cannot reach Darkroom' }).waitFor();
      expect(await visit.axe()).toEqual([]);
      expect(await visit.overflow(WIDTHS)).toEqual(WIDTHS.map(() => 0));
      await visit.photograph('never-reached');
      await visit.page.unroute('**/api/**');
      await visit.page.clock.runFor(REFRESH_MS);
      await visit.page.locator('.figures[aria-busy=false]').waitFor();
    });

    it('that went away, keeps the last figures with their time, and finds it again', async () => {
      await open();
      const jobs = await jobsShown();
      const { port } = new URL(suite.process.url);
      await suite.process.end('SIGTERM');
      await refreshButton().click();
      const banner = visit.page.getByRole('alert');
      await banner.waitFor();
      expect(await banner.innerText()).toMatch(/Cannot reach Darkroom\. Last data from \d\d:\d\d:\d\d/);
      expect(await visit.page.getByText('No connection').isVisible()).toBe(true);
      expect(await jobsShown()).toBe(jobs);
      expect(await visit.axe()).toEqual([]);
      expect(await visit.overflow(WIDTHS)).toEqual(WIDTHS.map(() => 0));
      await visit.photograph('api-down');
      await suite.restart({ PORT: port });
      await visit.page.getByRole('button', { name: 'Retry' }).click();
      await banner.waitFor({ state: 'detached' });
      expect(visit.conduct.foreign).toEqual([]);
    });
  });
});
