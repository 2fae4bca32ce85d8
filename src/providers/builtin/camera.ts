import { type ImageRequest } from '../image-provider.port.js';
import { type Random } from './random.js';

const { sqrt } = Math;

/** Where the picture is taken from, in units that do not depend on its size. */
export interface Camera {
  /** Height of the horizon from the upper edge, as a share of the picture's height; negative when it lies above the picture. */
  readonly horizon: number;
  /** Focal length as a share of the picture's mean side (√(width · height)); 1.1 is a normal lens. */
  readonly focal: number;
  /** How high the camera stands; 1 is a person's eyes. */
  readonly height: number;
  /** Tilt of the picture around the line of sight, in radians. */
  readonly roll: number;
  /** Angle of the line of sight below the horizontal, in radians, for scenes that are seen in full perspective. */
  readonly pitch: number;
  /** Depth blur away from the subject, 0 (all sharp) – 1. */
  readonly aperture: number;
}

const angleOf = (angle: ImageRequest['visual']['camera_angle'], random: Random): Omit<Camera, 'focal' | 'aperture'> => {
  const free = random.between(-0.03, 0.03);
  switch (angle) {
    case 'eye-level':
      return { horizon: 0.5, height: 1, roll: 0, pitch: 0 };
    case 'low-angle':
      return { horizon: 0.83, height: 0.45, roll: 0, pitch: -0.3 };
    case 'high-angle':
      return { horizon: 0.2, height: 3.2, roll: 0, pitch: 0.5 };
    case 'dutch-tilt':
      return { horizon: 0.56, height: 1, roll: random.chance(0.5) ? 0.21 : -0.21, pitch: 0.05 };
    case "bird's-eye":
      return { horizon: -0.55, height: 9, roll: 0, pitch: 1.15 };
    case undefined:
      return { horizon: 0.6 + free, height: 1.3, roll: 0, pitch: 0.13 + free };
    default:
      return angle satisfies never;
  }
};

const lensOf = (fov: ImageRequest['visual']['fov'], random: Random): Pick<Camera, 'focal' | 'aperture'> => {
  switch (fov) {
    case 'wide':
      return { focal: 0.52, aperture: 0 };
    case 'standard':
      return { focal: 1.15, aperture: 0.15 };
    case 'telephoto':
      return { focal: 2.5, aperture: 1 };
    case undefined:
      return { focal: random.between(0.78, 0.88), aperture: 0 };
    default:
      return fov satisfies never;
  }
};

/** The camera that `camera_angle` and `fov` ask for; absent ones leave a little freedom to the seed. */
export const cameraOf = (visual: ImageRequest['visual'], random: Random): Camera => ({
  ...angleOf(visual.camera_angle, random),
  ...lensOf(visual.fov, random),
});

/** The camera in pixels of one picture. Lens shift instead of pitch keeps verticals upright, so that columns can be traced one by one. */
export class View {
  readonly focal: number;
  readonly horizon: number;

  constructor(
    readonly width: number,
    readonly height: number,
    readonly camera: Camera,
  ) {
    this.focal = camera.focal * sqrt(width * height);
    this.horizon = camera.horizon * height;
  }

  /** Tangent of the horizontal angle of a column's middle. */
  u(x: number): number {
    return (x + 0.5 - this.width / 2) / this.focal;
  }

  /** Tangent of the vertical angle of a row's middle, up is positive. */
  v(y: number): number {
    return (this.horizon - y - 0.5) / this.focal;
  }

  x(u: number): number {
    return u * this.focal + this.width / 2;
  }

  y(v: number): number {
    return this.horizon - v * this.focal;
  }
}
