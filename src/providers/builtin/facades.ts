import { accent, type Brief, has } from './brief.js';
import { hex, Rgb } from './color.js';
import { type Light, veilOf } from './light.js';
import { cellNoise } from './random.js';
import { mix, saturate, smoothstep } from './scalar.js';
import { type Sky } from './sky.js';

/** A point of a wall: how far along it, how high, how far from the camera, and which way the wall faces. */
export interface WallPoint {
  along: number;
  y: number;
  distance: number;
  /** -1 left, 0 towards the camera, 1 right. */
  side: number;
  seed: number;
}

const FLOOR = 3.5;
const BAY = 2.3;
const STONES = [hex(0x6b6f78), hex(0x8a7f74), hex(0x4a525e), hex(0x9c9086), hex(0x3b434f), hex(0x7c6456)] as const;

/** Colours the walls: stone or glass by day, lit windows by night, neon where the prompt asks for it. */
export class Facades {
  private readonly light: Light;
  private readonly neon: boolean;
  private readonly signs: readonly Rgb[];
  private readonly ambient: Rgb;
  private readonly sunFront: number;
  private readonly sunSide: number;
  private readonly lit: number;
  private readonly mirror = new Rgb();
  private readonly air = new Rgb();
  private readonly window = new Rgb();

  constructor(
    private readonly brief: Brief,
    private readonly sky: Sky,
    private readonly focal: number,
    private readonly far: number,
  ) {
    this.light = brief.light;
    this.neon = has(brief, 'neon') || brief.request.visual.color_palette === 'neon';
    this.signs = [accent(brief, 0, 0.9), accent(brief, 1, 0.52), accent(brief, 2, 0.78)].map((color) =>
      color.scale(2.6),
    );
    this.ambient = this.light.zenith.clone().mix(this.light.horizon, 0.5).scale(this.light.ambient);
    this.sunFront = Math.max(0.06, -Math.cos(this.light.azimuth));
    this.sunSide = Math.sin(this.light.azimuth);
    const dark = this.light.night ? 1 : smoothstep(0.3, 0.02, this.light.elevation);
    this.lit = mix(0.015, 0.4, dark);
  }

  color(point: WallPoint, out: Rgb): void {
    const { light } = this;
    const stone = STONES[point.seed % STONES.length] ?? STONES[0];
    const facing = point.side === 0 ? this.sunFront : Math.max(0, this.sunSide * point.side);
    out
      .copy(this.ambient)
      .scale(0.55)
      .add(light.sun, facing * 0.8)
      .multiply(stone);
    this.addWindows(point, out);
    if (this.neon) this.addSigns(point, out);
    out.scale(mix(0.6, 1, saturate(point.y / 14)));
    this.veil(point, out);
  }

  /** Windows narrower than two pixels become their mean, so that far towers shimmer softly instead of sparkling. */
  private addWindows(point: WallPoint, out: Rgb): void {
    const bay = point.along / BAY;
    const floor = point.y / FLOOR;
    const size = (FLOOR * this.focal) / point.distance;
    const sharp = smoothstep(1.6, 4.5, size);
    const glassy = point.seed % 3 === 0;
    const edge = Math.min(0.3, 1.2 / Math.max(1, size));
    const inX = pane(bay - Math.floor(bay), glassy ? 0.05 : 0.2, edge);
    const inY = pane(floor - Math.floor(floor), glassy ? 0.12 : 0.24, edge);
    const cover = mix(glassy ? 0.7 : 0.36, inX * inY, sharp);
    const chance = cellNoise(Math.floor(bay) + point.side * 977, Math.floor(floor), point.seed);
    const on = mix(this.lit, chance < this.lit * (0.4 + (point.seed % 7) / 6) ? 1 : 0, sharp);
    this.sky.color(point.side === 0 ? 0.3 : -0.4 * point.side, 0.15 + 0.5 * saturate(point.y / 120), this.mirror);
    this.mirror.scale(glassy ? 0.62 : 0.3);
    const warm = cellNoise(Math.floor(bay), Math.floor(floor) * 3 + 1, point.seed + 5);
    const shine =
      (0.25 + 1.1 * warm * warm) *
      (this.light.night ? 0.95 : 0.8) *
      mix(1, 0.55 + 0.75 * (bay - Math.floor(bay)), smoothstep(9, 30, size));
    this.window.set(1.15, 0.74 + 0.2 * warm, 0.34 + 0.42 * warm).scale(shine);
    if (this.neon && warm > 0.72) this.window.copy(this.signs[point.seed % 3] ?? this.window).scale(0.45);
    out.mix(this.mirror, cover * (1 - on)).add(this.window, cover * on);
  }

  /** Upright strips of light at some corners and bands of them on some floors. */
  private addSigns(point: WallPoint, out: Rgb): void {
    const sign = this.signs[point.seed % this.signs.length] ?? this.window;
    const strip = Math.floor(point.along / 4.2);
    const within = point.along / 4.2 - strip;
    const chosen = cellNoise(strip, point.side + 5, point.seed + 13);
    if (chosen < 0.16 && within < 0.2 && point.y > 5 && point.y < 14 + chosen * 260) out.add(sign, 0.9);
    const band = Math.floor(point.y / 21);
    if (cellNoise(band, 3, point.seed + 17) < 0.3 && point.y - band * 21 < 0.7) out.add(sign, 0.7);
  }

  private veil(point: WallPoint, out: Rgb): void {
    this.sky.air(0, this.air);
    out.mix(this.air, veilOf(this.light, (0.6 * point.distance) / this.far, point.y * 0.4));
  }
}

/** 1 inside of a pane that leaves `frame` of its field free on both sides. */
const pane = (place: number, frame: number, edge: number): number =>
  smoothstep(frame - edge, frame + edge, place) * smoothstep(1 - frame + edge, 1 - frame - edge, place);
