// Whether the same request gives the same bytes: `npm run determinism` renders a fixed set twice with the built renderer, each time in a fresh
// process, with another number of threads and in another order, and compares checksums. The exit code is 1 where one differs.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';

const SELF = fileURLToPath(import.meta.url);
const ENTRY = new URL('../dist/providers/builtin/render-pool.js', import.meta.url);

const picture = (prompt, changes = {}) => ({
  kind: 'picture',
  format: 'png',
  request: { prompt, visual: {}, width: 320, height: 256, steps: 20, cfgScale: 7, seed: 1, ...changes },
});
const film = (prompt, order, changes = {}) => ({
  kind: 'video',
  request: { ...picture(prompt, changes).request, video: order },
});

const ALL_PARAMETERS = {
  camera_angle: 'dutch-tilt',
  fov: 'telephoto',
  lighting: 'golden-hour',
  color_palette: 'warm',
  composition: 'dynamic',
  style: 'cinematic',
};

/** A drawing that every control type finds something in, and a picture with colours; both made here, so that nothing has to be stored. */
const drawing = () =>
  sharp(
    Buffer.from(
      '<svg width="320" height="256"><rect width="320" height="256"/><circle cx="160" cy="70" r="32" fill="#fff"/>' +
        '<path d="M160 100 L150 190 L110 250 M150 190 L200 250 M155 130 L90 160 M155 130 L230 120" stroke="#ccc" stroke-width="12" fill="none"/></svg>',
    ),
  )
    .png()
    .toBuffer();
const colours = () =>
  sharp({ create: { width: 96, height: 96, channels: 3, background: '#d2691e' } })
    .composite([{ input: { create: { width: 96, height: 48, channels: 3, background: '#204080' } }, left: 0, top: 0 }])
    .jpeg()
    .toBuffer();

const ordersOf = async () => {
  const control = await drawing();
  const guidance = await colours();
  const shaped = (type) =>
    picture('a mountain lake', { control: { type, content: control, strength: 1, start: 0, end: 1 } });
  return {
    mountains: picture('snowy mountains over a lake at sunrise'),
    sea: picture('a lighthouse on an island in the sea at dusk', { seed: 4_294_967_295 }),
    city: picture('a city skyline at night', { visual: ALL_PARAMETERS }),
    forest: picture('an enchanted forest with sunbeams', { steps: 1 }),
    portrait: picture('portrait of a woman', { width: 256, height: 384, steps: 150 }),
    space: picture('a ringed planet in a purple nebula', { negativePrompt: 'stars' }),
    rose: picture('a red rose', { cfgScale: 30 }),
    silk: { ...picture('flowing silk'), format: 'webp' },
    'with guidance': picture('a mountain lake', { guidance: [{ content: guidance, weight: 0.7 }] }),
    'with canny': shaped('canny'),
    'with depth': shaped('depth'),
    'with pose': shaped('pose'),
    'with scribble': shaped('scribble'),
    'with tile': shaped('tile'),
    'smooth video': film('a mountain lake with birds', { durationSeconds: 1, fps: 8, motion: 'smooth' }),
    'handheld video': film(
      'a forest path',
      { durationSeconds: 1, fps: 6, motion: 'handheld' },
      { width: 264, height: 328 },
    ),
    'time-lapse video': film('a starry night sky over the sea', { durationSeconds: 1, fps: 8, motion: 'time-lapse' }),
    'video of a picture': film('zoom in', { durationSeconds: 1, fps: 8 }, { source: control }),
  };
};

/** SHA-256 of every file of every order, as `{name: checksum}`. */
const renderAll = async ({ threads, backwards }) => {
  const { RenderPool } = await import(ENTRY.href);
  const pool = new RenderPool(threads);
  const orders = Object.entries(await ordersOf());
  if (backwards) orders.reverse();
  const checksums = await Promise.all(
    orders.map(async ([name, order]) => {
      const files = await pool.render(order, new AbortController().signal, () => undefined);
      const hash = createHash('sha256');
      for (const part of ['content', 'poster', 'preview']) hash.update(files[part] ?? '');
      return [name, hash.digest('hex')];
    }),
  );
  await pool.close();
  return Object.fromEntries(checksums);
};

const inFreshProcess = async (order) => {
  const { stdout } = await promisify(execFile)(execPath, [SELF, JSON.stringify(order)]);
  return JSON.parse(stdout);
};

if (argv[2] !== undefined) {
  console.log(JSON.stringify(await renderAll(JSON.parse(argv[2]))));
  exit(0);
}
if (!existsSync(ENTRY)) {
  console.error('dist/ is missing: build first (npm run build)');
  exit(2);
}
const started = performance.now();
const first = await inFreshProcess({ threads: 1, backwards: false });
const second = await inFreshProcess({ threads: 2, backwards: true });
const names = Object.keys(await ordersOf());
const differing = names.filter((name) => first[name] === undefined || first[name] !== second[name]);
for (const name of names) {
  const verdict = differing.includes(name) ? 'DIFFERS' : 'same';
  console.log(`${verdict.padEnd(8)} ${name.padEnd(20)} ${first[name]}${verdict === 'same' ? '' : ` ${second[name]}`}`);
}
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`${names.length - differing.length} of ${names.length} are the same in two processes (${seconds} s)`);
exit(differing.length === 0 ? 0 : 1);
