import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { source } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM } from './chromium.js';

const ROOT = join(__dirname, '../..');
/** Git ignores it. */
const SCREENSHOTS = join(ROOT, 'test-results/web');

/** The sizes that pictures are taken of. */
const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const;

interface AxeReport {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
  }[];
  readonly passes: readonly unknown[];
}

/** What a page that may load nothing from elsewhere must not have done. */
export interface Conduct {
  /** Paths below its own origin, in the order in which they were asked for. */
  readonly asked: readonly string[];
  /** Requests that went elsewhere. */
  readonly foreign: readonly string[];
  /** Errors of its scripts, and what the console shows in red. */
  readonly errors: readonly string[];
}

/** A tab of its own in a headless Chromium, with an eye on what it does. */
export class Visit {
  private readonly seen = { asked: [] as string[], foreign: [] as string[], errors: [] as string[] };

  constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    origin: string,
  ) {
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin === origin) this.seen.asked.push(url.pathname);
      else this.seen.foreign.push(request.url());
    });
    page.on('console', (message) => {
      if (message.type() === 'error') this.seen.errors.push(message.text());
    });
    page.on('pageerror', (error) => this.seen.errors.push(error.message));
  }

  get conduct(): Conduct {
    return this.seen;
  }

  /** How often it has asked for a path so far. */
  times(path: string): number {
    return this.seen.asked.filter((each) => each === path).length;
  }

  /** The violations that axe finds, each with its place. @throws Error when axe looked at nothing */
  async axe(): Promise<readonly string[]> {
    await this.page.evaluate(source);
    const { violations, passes } = await this.page.evaluate<AxeReport>('axe.run(document)');
    if (passes.length < 10) throw new Error('axe found next to nothing to look at.');
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
    );
  }

  /** Pixels by which the content is wider than the window, at each of the widths. */
  async overflow(widths: readonly number[]): Promise<readonly number[]> {
    const found: number[] = [];
    for (const width of widths) {
      await this.page.setViewportSize({ width, height: 900 });
      found.push(await this.page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth'));
    }
    return found;
  }

  /** Pictures of the whole page in test-results/web, one for each size. */
  async photograph(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    for (const size of SIZES) {
      await this.page.setViewportSize(size);
      const path = join(SCREENSHOTS, `${name}-${String(size.width)}x${String(size.height)}.png`);
      await this.page.screenshot({ path, fullPage: true, animations: 'disabled' });
    }
    await this.page.setViewportSize(SIZES[0]);
  }

  /** A tab that nobody looks at, or that somebody looks at again. */
  async setHidden(hidden: boolean): Promise<void> {
    const state = hidden ? 'hidden' : 'visible';
    await this.page.evaluate(
      `Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' });
       document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));`,
    );
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

/** One headless Chromium for a suite. */
export class WebBrowser {
  private constructor(private readonly browser: Browser) {}

  /** @throws Error where the machine has none */
  static async start(): Promise<WebBrowser> {
    if (CHROMIUM === null) throw new Error('There is no Chromium on the PATH.');
    // Root has no sandbox, and a container next to no shared memory.
    const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
    return new WebBrowser(await chromium.launch({ executablePath: CHROMIUM, args }));
  }

  /** A tab with its own storage. @param origin of the Darkroom that it will visit */
  async visit(origin: string): Promise<Visit> {
    const context = await this.browser.newContext({ viewport: SIZES[0], baseURL: origin, timezoneId: 'UTC' });
    return new Visit(await context.newPage(), context, origin);
  }

  stop(): Promise<void> {
    return this.browser.close();
  }
}
