import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const executable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Chromium on the PATH of this machine; null where it is not installed. */
export const CHROMIUM: string | null =
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(executable) ?? null;

/** No sandbox for root, no graphics card, and no talk with anybody but the page's own server. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** A file that a page may ask its server for. */
export interface ServedFile {
  readonly contentType: string;
  readonly content: Buffer;
}

/** Serves the files with ranges, as a browser asks for videos, and takes one report. */
const serve = (files: ReadonlyMap<string, ServedFile>, report: (body: string) => void): Server =>
  createServer((request, response) => {
    const path = request.url ?? '/';
    if (request.method === 'POST' && path === '/report') {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        response.end();
        report(Buffer.concat(parts).toString());
      });
      return;
    }
    const file = files.get(path);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { content, contentType } = file;
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    if (from === undefined) {
      response.writeHead(200, { 'content-type': contentType, 'accept-ranges': 'bytes' }).end(content);
      return;
    }
    const last = to === undefined || to === '' ? content.length - 1 : Number(to);
    response
      .writeHead(206, {
        'content-type': contentType,
        'accept-ranges': 'bytes',
        'content-range': `bytes ${from}-${String(last)}/${String(content.length)}`,
      })
      .end(content.subarray(Number(from), last + 1));
  });

/**
 * Lets a fresh headless Chromium open a page and answers what the page's script hands to `report(value)`.
 * @param script the body of an async function in the page
 * @throws Error when the page reports none within the time, or Chromium ends before
 */
export async function askChromium(
  chromium: string,
  files: ReadonlyMap<string, ServedFile>,
  script: string,
  ms = 60_000,
): Promise<unknown> {
  const page = `<!doctype html><meta charset="utf-8"><body><script>
    const report = (value) => fetch('/report', { method: 'POST', body: JSON.stringify(value) });
    (async () => { ${script} })().catch((error) => report({ error: String(error) }));
  </script>`;
  const served = new Map([...files, ['/', { contentType: 'text/html', content: Buffer.from(page) }]]);
  const profile = mkdtempSync(join(tmpdir(), 'darkroom-chromium-'));
  let settle: (outcome: { readonly body?: string; readonly error?: Error }) => void = () => undefined;
  const outcome = new Promise<{ readonly body?: string; readonly error?: Error }>((resolve) => {
    settle = resolve;
  });
  const server = serve(served, (body) => {
    settle({ body });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const browser = spawn(chromium, [...FLAGS, `--user-data-dir=${profile}`, `http://127.0.0.1:${String(port)}/`], {
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise<void>((resolve) => {
    browser.once('exit', (code) => {
      settle({ error: new Error(`Chromium ended with ${String(code)} before the page reported.`) });
      resolve();
    });
  });
  const limit = setTimeout(() => {
    settle({ error: new Error(`The page reported nothing within ${String(ms)} ms.`) });
  }, ms);
  const { body, error } = await outcome;
  clearTimeout(limit);
  // Its helpers are in its group.
  if (browser.pid !== undefined && browser.exitCode === null) process.kill(-browser.pid, 'SIGKILL');
  await ended;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  if (body === undefined) throw error ?? new Error('The page reported nothing.');
  return JSON.parse(body);
}
