import { type Brief } from '../brief.js';
import { Rgb } from '../color.js';
import { type Frame } from '../frame.js';
import { Random } from '../random.js';
import { mix, smoothstep } from '../scalar.js';
import { drawPoint } from '../sky.js';

const { abs, floor, max, round, sin, sqrt } = Math;

interface Particle {
  /** Place at the start, as shares of the field. */
  readonly x: number;
  readonly y: number;
  /** 0 (far) – 1 (before the lens) */
  readonly near: number;
  readonly phase: number;
}

type Kind = 'rain' | 'snow' | 'dust';

const INDOORS: ReadonlySet<string> = new Set(['portrait', 'still-life', 'flower']);

const FALLING = /snow(?:fall|ing|storm|flake)|falling snow|blizzard|flurr/i;

/** What falls or floats before the camera: the weather of the prompt, else dust where light stands in the air. */
const kindOf = ({ reading, request }: Brief): Kind | null => {
  if (reading.scene === 'space' || reading.scene === 'abstract') return null;
  if (reading.wanted.has('rain') && !INDOORS.has(reading.scene)) return 'rain';
  // Snow that lies does not fall.
  if (reading.wanted.has('snow') && !INDOORS.has(reading.scene) && FALLING.test(request.prompt)) return 'snow';
  return reading.scene === 'forest' || INDOORS.has(reading.scene) ? 'dust' : null;
};

const AMOUNT: Readonly<Record<Kind, number>> = { rain: 420, snow: 330, dust: 46 };

const wrap = (value: number): number => value - floor(value);

/** Rain, snow or dust between the camera and the scene, over the whole output. */
export class Particles {
  private readonly kind: Kind | null;
  private readonly particles: readonly Particle[];
  private readonly color = new Rgb();
  private readonly lit: Rgb;

  constructor(
    private readonly brief: Brief,
    private readonly pace: number,
  ) {
    this.kind = kindOf(brief);
    const random = Random.of(brief.seed, 'particles');
    const { light } = brief;
    this.lit = light.zenith.clone().mix(light.horizon, 0.5).scale(light.ambient).add(light.sun, 0.35);
    this.particles = Array.from({ length: this.kind === null ? 0 : AMOUNT[this.kind] }, () => ({
      x: random.next(),
      y: random.next(),
      near: random.next() ** 2,
      phase: random.between(0, 6.28),
    }));
  }

  /** Draws them as they are at an age of the video in seconds. */
  draw(frame: Frame, seconds: number): void {
    const age = seconds * this.pace;
    for (const particle of this.particles) {
      if (this.kind === 'rain') this.drawRain(frame, particle, age);
      else if (this.kind === 'snow') this.drawSnow(frame, particle, age);
      else this.drawDust(frame, particle, age);
    }
  }

  /** A flake is light that covers what is behind it, so it adds less where that is bright. */
  private drawSnow(frame: Frame, { x, y, near, phase }: Particle, age: number): void {
    const unit = sqrt(frame.width * frame.height);
    const speed = mix(0.05, 0.2, near);
    const sway = 0.012 * sin(age * 1.3 + phase) * (0.5 + near);
    const spot = {
      x: (wrap(x + 0.03 * age * (0.3 + near) + sway) * 1.1 - 0.05) * frame.width,
      y: (wrap(y + speed * age) * 1.1 - 0.05) * frame.height,
      radius: unit * mix(0.0011, 0.0042, near),
    };
    drawPoint(frame, spot, this.color.copy(this.lit).scale(mix(0.55, 0.8, 1 - near)));
  }

  private drawRain(frame: Frame, { x, y, near }: Particle, age: number): void {
    const unit = sqrt(frame.width * frame.height);
    const speed = mix(0.9, 2.4, near);
    const top = (wrap(y + speed * age) * 1.3 - 0.2) * frame.height;
    const column = wrap(x - 0.05 * speed * age) * frame.width * 1.1;
    const length = unit * mix(0.015, 0.06, near);
    this.color.copy(this.lit).scale(mix(0.07, 0.16, near));
    for (let step = 0; step < length; step += 1) {
      const px = round(column - step * 0.055);
      const py = round(top + step);
      if (px < 0 || py < 0 || px >= frame.width || py >= frame.height) continue;
      frame.accumulate(py * frame.width + px, this.color, smoothstep(0, 0.5, step / length));
    }
  }

  /** Dust shows where it is turned towards the light, and only for a moment. */
  private drawDust(frame: Frame, { x, y, near, phase }: Particle, age: number): void {
    const unit = sqrt(frame.width * frame.height);
    const spot = {
      x: wrap(x + 0.014 * age * sin(phase) + 0.01 * sin(age * 0.5 + phase * 3)) * frame.width,
      y: wrap(y - 0.006 * age + 0.01 * sin(age * 0.4 + phase * 5)) * frame.height,
      radius: unit * mix(0.0012, 0.005, near),
    };
    const glint = max(0, sin(age * (0.6 + 0.5 * abs(sin(phase * 7))) + phase * 2)) ** 2;
    drawPoint(frame, spot, this.color.copy(this.lit).scale(glint * mix(0.32, 0.09, near)));
  }
}
