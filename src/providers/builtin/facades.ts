import { accent, type Brief, has } from './brief.js';
import { hex, Rgb } from './color.js';
import { type Light, veilOf } from './light.js';
import { cellNoise } from './random.js';
import { mix, saturate, smoothstep } from './scalar.js';
import { type Sky } from './sky.js';

const { cos, floor, max, min, sin } = Math;

/** A column of a wall: how far along it, how far from the camera, and which way the wall faces. */
export interface WallColumn {
  along: number;
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
  private readonly stone = new Rgb();
  private wall: WallColumn = { along: 0, distance: 1, side: 0, seed: 0 };
  private sharp = 0;
  private edge = 0;
  private glassy = false;
  private bay = 0;
  private inBay = 0;
  private interior = 0;
  private veilLow = 0;
  private veilHigh = 0;
  private strip = 0;
  private stripChance = 0;

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
    this.sunFront = max(0.06, -cos(this.light.azimuth));
    this.sunSide = sin(this.light.azimuth);
    const dark = this.light.night ? 1 : smoothstep(0.3, 0.02, this.light.elevation);
    this.lit = mix(0.015, 0.4, dark);
  }

  /** Prepares what all rows of a column share. */
  enter(wall: WallColumn): void {
    const { light } = this;
    this.wall = wall;
    const stone = STONES[wall.seed % STONES.length] ?? STONES[0];
    const facing = wall.side === 0 ? this.sunFront : max(0, this.sunSide * wall.side);
    this.stone
      .copy(this.ambient)
      .scale(0.55)
      .add(light.sun, facing * 0.8)
      .multiply(stone);
    const size = (FLOOR * this.focal) / wall.distance;
    this.sharp = smoothstep(1.6, 4.5, size);
    this.edge = min(0.3, 1.2 / max(1, size));
    this.glassy = wall.seed % 3 === 0;
    this.bay = floor(wall.along / BAY);
    const across = wall.along / BAY - this.bay;
    this.inBay = pane(across, this.glassy ? 0.05 : 0.2, this.edge);
    this.interior = mix(1, 0.55 + 0.75 * across, smoothstep(9, 30, size));
    this.sky.color(wall.side === 0 ? 0.3 : -0.4 * wall.side, 0.4, this.mirror);
    this.mirror.scale(this.glassy ? 0.62 : 0.3);
    this.sky.air(0, this.air);
    this.veilLow = veilOf(light, (0.6 * wall.distance) / this.far, 0);
    this.veilHigh = veilOf(light, (0.6 * wall.distance) / this.far, 60);
    this.strip = floor(wall.along / 4.2);
    this.stripChance = wall.along / 4.2 - this.strip < 0.2 ? cellNoise(this.strip, wall.side + 5, wall.seed + 13) : 1;
  }

  /** The wall at a height over the street. */
  color(y: number, out: Rgb): void {
    out.copy(this.stone);
    this.addWindows(y, out);
    if (this.neon) this.addSigns(y, out);
    const low = saturate(y / 14);
    out.scale(mix(0.6, 1, low)).mix(this.air, mix(this.veilLow, this.veilHigh, saturate(y / 110)));
  }

  /** Windows narrower than two pixels become their mean, so that far towers shimmer softly instead of sparkling. */
  private addWindows(y: number, out: Rgb): void {
    const { wall, glassy, sharp, window } = this;
    const storey = floor(y / FLOOR);
    const inFloor = pane(y / FLOOR - storey, glassy ? 0.12 : 0.24, this.edge);
    const cover = mix(glassy ? 0.7 : 0.36, this.inBay * inFloor, sharp);
    const chance = cellNoise(this.bay + wall.side * 977, storey, wall.seed);
    const on = mix(this.lit, chance < this.lit * (0.4 + (wall.seed % 7) / 6) ? 1 : 0, sharp);
    out.mix(this.mirror, cover * (1 - on));
    if (on <= 0) return;
    const warm = (chance * 977) % 1;
    const shine = (0.25 + 1.1 * warm * warm) * (this.light.night ? 0.95 : 0.8) * this.interior;
    window.set(1.15, 0.74 + 0.2 * warm, 0.34 + 0.42 * warm).scale(shine);
    if (this.neon && warm > 0.72) window.copy(this.signs[wall.seed % 3] ?? window).scale(0.45);
    out.add(window, cover * on);
  }

  /** Upright strips of light at some corners and bands of them on some floors. */
  private addSigns(y: number, out: Rgb): void {
    const { wall } = this;
    const sign = this.signs[wall.seed % this.signs.length] ?? this.window;
    if (this.stripChance < 0.16 && y > 5 && y < 14 + this.stripChance * 260) out.add(sign, 0.9);
    const band = floor(y / 21);
    if (y - band * 21 < 0.7 && cellNoise(band, 3, wall.seed + 17) < 0.3) out.add(sign, 0.7);
  }
}

/** 1 inside of a pane that leaves `frame` of its field free on both sides. */
const pane = (place: number, frame: number, edge: number): number =>
  smoothstep(frame - edge, frame + edge, place) * smoothstep(1 - frame + edge, 1 - frame - edge, place);
