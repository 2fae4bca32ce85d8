// Renders a fixed set of pictures with the built renderer: `npm run gallery -- FOLDER`. Writes one PNG each, and the two pictures of the README.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { argv, exit } from 'node:process';
import sharp from 'sharp';

const PICTURES = {
  lake: { prompt: 'snowy mountains over a lake at sunrise', seed: 6, visual: { lighting: 'golden-hour' } },
  aurora: { prompt: 'northern lights over a lake in the mountains', seed: 2 },
  lighthouse: { prompt: 'a lighthouse on an island in the sea at dusk', seed: 4 },
  forest: { prompt: 'an enchanted forest with sunbeams in the morning', seed: 5 },
  skyline: { prompt: 'a city skyline at night', seed: 1 },
  neon: { prompt: 'a futuristic cityscape with neon signs at dusk', seed: 2 },
  street: { prompt: 'a cyberpunk street in the rain at night, neon signs', seed: 3 },
  dunes: { prompt: 'desert dunes', seed: 4, visual: { lighting: 'golden-hour', composition: 'dynamic' } },
  hills: { prompt: 'rolling hills of tuscany with wildflowers', seed: 3 },
  storm: { prompt: 'a storm over the ocean with a sailboat', seed: 2, visual: { style: 'cinematic' } },
  saturn: { prompt: 'a ringed planet in a purple nebula', seed: 5 },
  portrait: { prompt: 'portrait of a woman', seed: 1 },
  forester: { prompt: 'portrait of a man in a forest', seed: 2 },
  rose: { prompt: 'a red rose', seed: 4 },
  lotus: { prompt: 'a pink lotus flower', seed: 4, visual: { lighting: 'soft' } },
  pottery: { prompt: 'a still life with a vase, pears and apples', seed: 4 },
  silk: { prompt: 'abstract flowing silk in teal and orange', seed: 1 },
};
const SHEET = ['aurora', 'forest', 'saturn', 'portrait', 'skyline', 'rose', 'lighthouse', 'silk'];
const HERO = {
  prompt: 'snowy mountains over a lake at sunset, birds',
  seed: 12,
  visual: { style: 'cinematic' },
  width: 1536,
  height: 640,
  steps: 80,
};

const [folder] = argv.slice(2);
if (folder === undefined) {
  console.error('Usage: npm run gallery -- FOLDER');
  exit(1);
}
mkdirSync(folder, { recursive: true });

// Rendering threads run compiled files only, so that the gallery shows what was built: npm run build comes first.
const { RenderPool } = await import(new URL('../dist/providers/builtin/render-pool.js', import.meta.url).href);

const pool = new RenderPool(availableParallelism());
const never = () => new AbortController().signal;
const render = async ({ visual = {}, width = 1024, height = 1024, steps = 40, ...rest }) => {
  const request = { visual, width, height, steps, cfgScale: 7, ...rest };
  const { content } = await pool.render({ kind: 'picture', request, format: 'png' }, never(), () => undefined);
  return content;
};

const pictures = new Map();
const drawn = Object.entries(PICTURES).map(async ([name, picture]) => {
  const png = await render(picture);
  pictures.set(name, png);
  writeFileSync(join(folder, `${name}.png`), png);
  console.log(`${name}: ${picture.prompt}`);
});
const hero = render(HERO);
await Promise.all(drawn);

const side = 400;
const gap = 8;
const tiles = await Promise.all(SHEET.map((name) => sharp(pictures.get(name)).resize(side, side).toBuffer()));
await sharp({ create: { width: 4 * side + 3 * gap, height: 2 * side + gap, channels: 3, background: '#ffffff' } })
  .composite(
    tiles.map((input, index) => ({
      input,
      left: (index % 4) * (side + gap),
      top: Math.floor(index / 4) * (side + gap),
    })),
  )
  .webp({ quality: 84, effort: 6 })
  .toFile(join(folder, 'gallery.webp'));
await sharp(await hero)
  .webp({ quality: 88, effort: 6 })
  .toFile(join(folder, 'hero.webp'));
await pool.close();
