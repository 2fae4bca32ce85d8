import { CAMERA_ANGLE_RULES, FOV_RULES } from './camera-rules.data.js';
import { COLOR_PALETTE_RULES } from './color-palette-rules.data.js';
import { COMPOSITION_RULES } from './composition-rules.data.js';
import type { Parameter, Rules } from './direction-rule.data.js';
import { LIGHTING_RULES } from './lighting-rules.data.js';
import { STYLE_RULES } from './style-rules.data.js';

/** What the director knows. */
export const DIRECTION: { readonly [P in Parameter]: Rules<P> } = {
  camera_angle: CAMERA_ANGLE_RULES,
  fov: FOV_RULES,
  lighting: LIGHTING_RULES,
  color_palette: COLOR_PALETTE_RULES,
  composition: COMPOSITION_RULES,
  style: STYLE_RULES,
};
