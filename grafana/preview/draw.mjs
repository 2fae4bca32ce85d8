// Bundles the page and takes a picture of each dashboard in a headless Chromium that asks nobody but this process.
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from 'vite';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const ORIGIN = 'http://preview.invalid';
const PUBLIC = '/public/';
const ICONS = join(FOLDER, 'node_modules/@grafana/ui/dist/public');
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const HTML =
  '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/page.css"><div id="page"></div><script type="module" src="/page.js"></script>';

const WIDTH = 1632;
/** Of a line of the grid, and of what is above the first. */
const LINE = 38;
const HEAD = 120;

/** @param folder where the bundle is put */
const bundle = (folder) =>
  build({
    configFile: false,
    root: FOLDER,
    logLevel: 'error',
    // Libraries ask for these without a look at where they are.
    define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'globalThis' },
    build: {
      outDir: folder,
      minify: false,
      rolldownOptions: {
        input: join(FOLDER, 'page.mjs'),
        output: { entryFileNames: 'page.js', assetFileNames: '[name][extname]' },
      },
    },
  });

const served = (folder, path) => {
  if (path === '/') return { contentType: 'text/html', body: HTML };
  const file = path.startsWith(PUBLIC) ? join(ICONS, path.replace(/^\/public\/(build\/)?/, '')) : join(folder, path);
  try {
    return { contentType: TYPES[extname(file)] ?? 'application/octet-stream', body: readFileSync(file) };
  } catch (error) {
    // The fonts are not in the package: Chromium takes one of its own.
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return { status: 404, body: '' };
    throw error;
  }
};

const photograph = async (browser, folder, { path, ...preview }) => {
  const bottom = Math.max(...preview.dashboard.panels.map(({ gridPos: { y, h } }) => y + h));
  // Tables draw only what is in view.
  const page = await browser.newPage({ viewport: { width: WIDTH, height: bottom * LINE + HEAD } });
  const errors = [];
  page.on('pageerror', ({ stack }) => errors.push(stack));
  await page.addInitScript(
    ([handed, base]) => Object.assign(globalThis, { preview: handed, __grafana_public_path__: base }),
    [preview, PUBLIC],
  );
  await page.route('**/*', (route) => route.fulfill(served(folder, new URL(route.request().url()).pathname)));
  await page.goto(ORIGIN, { waitUntil: 'networkidle' });
  await page.screenshot({ path, fullPage: true, animations: 'disabled' });
  await page.close();
  if (errors.length > 0) throw new Error(`${preview.dashboard.title} was not drawn:\n${errors.join('\n')}`);
};

/**
 * @param executablePath of a Chromium
 * @param folder for the bundle; the caller removes it
 * @param previews dashboards, each with `answers`, the time `shown`, and the `path` of its picture
 */
export const draw = async ({ executablePath, folder, previews }) => {
  await bundle(folder);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    for (const preview of previews) await photograph(browser, folder, preview);
  } finally {
    await browser.close();
  }
};
