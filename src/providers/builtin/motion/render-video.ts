import { type Brief, briefOf } from '../brief.js';
import { View } from '../camera.js';
import { Developer, type Pixels } from '../develop.js';
import { Frame } from '../frame.js';
import { beamsOf, glareOf, sunIn } from '../glare.js';
import { type Look, lookOf } from '../look.js';
import { noise2 } from '../noise.js';
import { stage } from '../progress.js';
import { mixBits } from '../random.js';
import { CameraPath } from './camera-path.js';
import { type MovingScene } from './moving-scene.js';
import { guessNearness } from './nearness.js';
import { openScene } from './open-scene.js';
import { Particles } from './particles.js';
import { frameOfPicture, printPlain } from './picture-light.js';
import { paceOf } from './scene-clock.js';
import { sweepLight } from './sweep-light.js';
import { framesOf, type VideoRequest } from './video-order.js';
import { Warp } from './warp.js';

/** Takes each frame as it is finished; what it does not keep is gone. */
export type TakeFrame = (frame: Pixels, index: number) => void;

/** Sides of what is painted, as factors of the output's: room for the camera. */
export const OVERSCAN = 1.12;
/** Share of the whole that painting the scene takes. */
const PAINTED = 0.1;

/** Something that shows a frame after the other. */
interface Shot {
  frame(index: number): Generator<number, Pixels>;
}

/** A given picture under a camera that moves. */
class PictureShot implements Shot {
  private readonly base: Frame;
  private readonly out: Frame;
  private readonly path: CameraPath;
  private readonly warp: Warp;

  constructor(
    private readonly request: VideoRequest,
    source: Pixels,
  ) {
    const { width, height, prompt, seed, video } = request;
    this.base = frameOfPicture(source);
    this.out = new Frame(width, height);
    this.path = new CameraPath(video, prompt, seed, { x: 0.5, y: 0.5 });
    this.warp = new Warp({ ...sizeOf(this.base), overscan: OVERSCAN }, this.out, guessNearness(this.base), 0);
  }

  *frame(index: number): Generator<number, Pixels> {
    const { video, seed } = this.request;
    const seconds = index / video.fps;
    yield* stage(0, 0.7, this.warp.see(this.base, this.path.at(seconds), this.out));
    sweepLight(this.out, video, seconds, seed);
    yield 0.8;
    return yield* stage(0.8, 1, printPlain(this.out, mixBits(seed + index)));
  }
}

const sizeOf = ({ width, height }: Frame): { readonly width: number; readonly height: number } => ({ width, height });

/** A painted scene under a camera that moves, developed like a picture. */
class PaintedShot implements Shot {
  private readonly out: Frame;
  private readonly path: CameraPath;
  private readonly warp: Warp;
  private readonly particles: Particles;
  private readonly view: View;
  private readonly look: Look;

  constructor(
    private readonly request: VideoRequest,
    private readonly scene: MovingScene,
    private readonly brief: Brief,
  ) {
    const { frame, nearness } = scene;
    const { composition, camera } = brief;
    this.out = new Frame(request.width, request.height);
    this.path = new CameraPath(request.video, request.prompt, brief.seed, { x: composition.x, y: 0.5 });
    this.warp = new Warp({ ...sizeOf(frame), overscan: OVERSCAN }, this.out, nearness, camera.roll);
    this.particles = new Particles(brief, paceOf(request.video).actors);
    this.view = new View(frame.width, frame.height, camera);
    const look = lookOf(brief);
    // Grain that dances costs most of the bytes of a video.
    this.look = { ...look, grain: look.grain * 0.3 };
  }

  *frame(index: number): Generator<number, Pixels> {
    const { scene, out, request } = this;
    const seconds = index / request.video.fps;
    const pose = this.path.at(seconds);
    yield* stage(0, 0.45, scene.at(seconds));
    yield* stage(0.45, 0.6, this.warp.see(scene.frame, pose, out));
    if (scene.still) sweepLight(out, request.video, seconds, this.brief.seed);
    this.particles.draw(out, seconds);
    yield 0.65;
    const glow = this.glowAt(seconds);
    const sun = sunIn(this.view, scene.brief);
    const glare = yield* stage(0.65, 0.8, glareOf(out, { ...glow, sun: this.warp.project(sun.x, sun.y, pose) }));
    const print = { width: out.width, height: out.height, roll: 0, seed: mixBits(this.brief.seed + index) };
    return yield* stage(0.8, 1, new Developer(out, glare, this.look, print).run());
  }

  /** Beams breathe, as clouds and leaves let them through. */
  private glowAt(seconds: number): { readonly bloom: number; readonly beams: number; readonly night: boolean } {
    const breath = 1 + 0.5 * noise2(seconds * 0.45, 0.5, this.brief.seed + 61);
    return { bloom: this.look.bloom, beams: beamsOf(this.scene.brief) * breath, night: this.brief.light.night };
  }
}

function* openShot(request: VideoRequest): Generator<number, Shot> {
  const brief = briefOf(request);
  const scene = yield* openScene(brief, request.video, OVERSCAN);
  return new PaintedShot(request, scene, brief);
}

/**
 * Renders the frames of a video one after the other, in small pieces of work; yields the share that is done, 0 – 1. The scene is painted
 * once; after that its moving parts and the camera are brought to each moment. The same request gives the same frames, in every process.
 * @param source the picture to set in motion, already at `OVERSCAN` times the output's sides; null to paint the prompt
 */
export function* renderVideo(request: VideoRequest, source: Pixels | null, take: TakeFrame): Generator<number, void> {
  const shot = source === null ? yield* stage(0, PAINTED, openShot(request)) : new PictureShot(request, source);
  const frames = framesOf(request.video);
  for (let index = 0; index < frames; index += 1) {
    const start = PAINTED + ((1 - PAINTED) * index) / frames;
    take(yield* stage(start, start + (1 - PAINTED) / frames, shot.frame(index)), index);
  }
}
