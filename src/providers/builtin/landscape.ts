import { layAsphalt } from './asphalt.js';
import { type Brief, has } from './brief.js';
import { View } from './camera.js';
import { drawCelestialBody } from './celestial.js';
import { CityPainter } from './city-painter.js';
import { CityPlan } from './city-plan.js';
import { hex, Rgb } from './color.js';
import { DesertGround } from './desert.js';
import { ForestGround, ForestPainter } from './forest.js';
import { type Frame } from './frame.js';
import { type Ground } from './ground.js';
import { GroundPainter } from './ground-painter.js';
import { MeadowGround } from './meadow.js';
import { MountainGround } from './mountains.js';
import { stage } from './progress.js';
import { Random } from './random.js';
import { SeaGround } from './seascape.js';
import { drawBirds, drawLighthouse, drawSailboat } from './silhouettes.js';
import { drawStars, Sky } from './sky.js';
import { type Grove, scatterTrees, TreePainter } from './trees.js';
import { WaterPainter } from './water.js';

const { ceil, max, min } = Math;

type Actor = (frame: Frame, seconds: number) => void;

/** What moves by itself in a place under the sky. */
export interface Outdoors {
  readonly brief: Brief;
  readonly view: View;
  readonly sky: Sky;
  /** Rows of the frame from above in which the sky can be seen. */
  readonly skyRows: number;
  /** Things that are drawn over the ground and before the water, which mirrors them: each at an age of the scene in seconds. */
  readonly actors: Actor[];
  /** The water and its pixels; null on dry land. */
  water: { readonly painter: WaterPainter; readonly mask: Uint8Array } | null;
}

/** Takes over what moves by itself: where a painter gets one, it leaves those things out, for somebody to draw them at each moment. */
export interface Cast {
  outdoors: Outdoors | null;
}

/** Fills the frame with the sky; without a cast also with its stars, the sun or the moon. */
function* paintSky(frame: Frame, brief: Brief, view: View, cast: Cast | null): Generator<number, Sky> {
  const sky = new Sky(brief, view);
  yield* sky.prepare();
  // The land ends before the horizon; what lies between shows the air.
  const bottom = min(frame.height, max(0, ceil(view.horizon + 0.15 * view.focal)));
  for (let y = 0; y < bottom; y += 1) sky.paintRow(frame, y);
  if (cast !== null) {
    cast.outdoors = { brief, view, sky, skyRows: bottom, actors: [], water: null };
    frame.watchSky();
    return sky;
  }
  if (brief.light.stars > 0) drawStars(frame, brief, view);
  drawCelestialBody(frame, brief, view);
  return sky;
}

/** Ground and water; between them `stand` adds what stands on the ground and is mirrored. */
function* paintLand(
  scene: Scene,
  ground: Ground,
  surface: { readonly roughness: number; readonly body: Rgb },
  stand: () => void,
): Generator<number, void> {
  const { frame, brief, view, sky } = scene;
  const water = new Uint8Array(frame.width * frame.height);
  yield* stage(0.15, 0.7, new GroundPainter(brief, view, ground, sky).paint(frame, water));
  stand();
  addBirds(scene, 0.35);
  if (ground.waterLevel === null) return;
  const painter = new WaterPainter(brief, view, sky, { ...surface, eye: ground.eye, far: ground.far });
  yield* addWater(scene, painter, water);
}

const addActor = ({ frame, outdoors }: Scene, actor: Actor): void => {
  if (outdoors === null) actor(frame, 0);
  else outdoors.actors.push(actor);
};

const addBirds = (scene: Scene, likelihood: number): void => {
  const { brief, view } = scene;
  if (brief.camera.horizon >= 0.95 || !has(brief, 'birds', likelihood)) return;
  addActor(scene, (frame, seconds) => {
    drawBirds(frame, brief, view, seconds);
  });
};

function* addWater(scene: Scene, painter: WaterPainter, mask: Uint8Array): Generator<number, void> {
  if (scene.outdoors !== null) scene.outdoors.water = { painter, mask };
  else yield* stage(0.7, 1, painter.paint(scene.frame, mask));
}

interface Scene {
  readonly frame: Frame;
  readonly brief: Brief;
  readonly view: View;
  readonly sky: Sky;
  readonly outdoors: Outdoors | null;
}

function* openScene(frame: Frame, brief: Brief, cast: Cast | null): Generator<number, Scene> {
  const view = new View(frame.width, frame.height, brief.camera);
  const sky = yield* stage(0, 0.15, paintSky(frame, brief, view, cast));
  return { frame, brief, view, sky, outdoors: cast?.outdoors ?? null };
}

const plant = (scene: Scene, grove: Grove, amount: number, place: Parameters<typeof scatterTrees>[3]): void => {
  const { frame, brief, view, sky } = scene;
  const trees = scatterTrees(view, Random.of(brief.seed, 'trees'), amount * brief.composition.density, place);
  new TreePainter(brief, view, sky, grove).draw(frame, trees);
};

/** Mountains over a lake or a valley, with conifers on the lower slopes. */
export function* paintMountains(frame: Frame, brief: Brief, cast: Cast | null = null): Generator<number, void> {
  const scene = yield* openScene(frame, brief, cast);
  const ground = new MountainGround(brief, scene.view);
  yield* paintLand(scene, ground, { roughness: 0.25, body: hex(0x12394a) }, () => {
    if (!has(brief, 'trees', 0.85)) return;
    const foot = (x: number, z: number): number | null => ground.treeLine(x, z);
    plant(scene, { leaf: ground.forest, far: ground.far, eye: ground.eye }, 1800, {
      near: 14,
      far: 190,
      kind: 'conifer',
      foot,
    });
  });
}

/** Dunes. */
export function* paintDesert(frame: Frame, brief: Brief, cast: Cast | null = null): Generator<number, void> {
  const scene = yield* openScene(frame, brief, cast);
  yield* paintLand(scene, new DesertGround(brief, scene.view), { roughness: 0, body: new Rgb() }, () => undefined);
}

/** Hills, fields and broad-leaved trees. */
export function* paintMeadow(frame: Frame, brief: Brief, cast: Cast | null = null): Generator<number, void> {
  const scene = yield* openScene(frame, brief, cast);
  const ground = new MeadowGround(brief, scene.view);
  yield* paintLand(scene, ground, { roughness: 0, body: new Rgb() }, () => {
    if (!has(brief, 'trees', 0.9)) return;
    const foot = (x: number, z: number): number | null => ground.treeLine(x, z);
    plant(scene, { leaf: ground.leaf, far: ground.far, eye: ground.eye }, 1500, {
      near: 24,
      far: 420,
      kind: 'broadleaf',
      foot,
    });
  });
}

/** The sea with islands, a lighthouse or a sail. */
export function* paintSea(frame: Frame, brief: Brief, cast: Cast | null = null): Generator<number, void> {
  const scene = yield* openScene(frame, brief, cast);
  const ground = new SeaGround(brief, scene.view);
  const { main, eye } = ground;
  const roughness = has(brief, 'storm') ? 1.5 : 0.8;
  yield* paintLand(scene, ground, { roughness, body: hex(0x0f4a5c) }, () => {
    if (has(brief, 'lighthouse')) {
      drawLighthouse(frame, brief, scene.view, { x: main.x, y: ground.height(main.x, main.z, 6), z: main.z, eye });
    }
    if (has(brief, 'boat', 0.5)) {
      const random = Random.of(brief.seed, 'boat');
      const u = scene.view.u((1 - brief.composition.x + random.between(-0.08, 0.08)) * frame.width);
      const z = random.between(45, 80) * max(1, brief.camera.focal);
      addActor(scene, (picture, seconds) => {
        drawSailboat(picture, brief, scene.view, { u, z, eye, seconds });
      });
    }
  });
}

const WET_ROAD = { roughness: 0.5, body: hex(0x15161a) };
const HARBOUR = { roughness: 0.6, body: hex(0x10323e) };

/** A skyline over water, or a street between towers. */
export function* paintCity(frame: Frame, brief: Brief, cast: Cast | null = null): Generator<number, void> {
  const scene = yield* openScene(frame, brief, cast);
  const { view, sky } = scene;
  const plan = new CityPlan(brief, view);
  const water = new Uint8Array(frame.width * frame.height);
  yield* stage(0.15, 0.7, new CityPainter(brief, view, plan, sky).paint(frame, water));
  if (plan.street) {
    const painter = new WaterPainter(brief, view, sky, { ...WET_ROAD, eye: plan.eye, far: plan.far });
    yield* stage(0.7, 1, painter.paint(frame, water));
    layAsphalt(frame, brief, view, { mask: water, eye: plan.eye });
    return;
  }
  addBirds(scene, 0.25);
  yield* addWater(scene, new WaterPainter(brief, view, sky, { ...HARBOUR, eye: plan.eye, far: plan.far }), water);
}

/** A misty wood with a path. */
export function* paintForest(frame: Frame, brief: Brief, cast: Cast | null = null): Generator<number, void> {
  const misty: Brief = { ...brief, light: { ...brief.light, clouds: 0, haze: brief.light.haze + 0.2 } };
  const scene = yield* openScene(frame, misty, cast);
  const ground = new ForestGround(misty, scene.view);
  yield* paintLand(scene, ground, { roughness: 0, body: new Rgb() }, () => undefined);
  yield* stage(0.7, 1, new ForestPainter(misty, scene.view, ground, scene.sky).paint(frame));
}
