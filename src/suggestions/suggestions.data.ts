import { CAMERA } from './entries/camera.data.js';
import { COLORS } from './entries/colors.data.js';
import { LIGHTING } from './entries/lighting.data.js';
import { MOOD } from './entries/mood.data.js';
import { QUALITY } from './entries/quality.data.js';
import { STYLES } from './entries/styles.data.js';
import { SUBJECTS } from './entries/subjects.data.js';
import type { Suggestion } from './entries/suggestion.data.js';

/** The built-in terms by category, in the order in which both are listed. */
export const SUGGESTIONS: ReadonlyMap<string, readonly Suggestion[]> = new Map([
  ['subjects', SUBJECTS],
  ['styles', STYLES],
  ['lighting', LIGHTING],
  ['camera', CAMERA],
  ['quality', QUALITY],
  ['mood', MOOD],
  ['colors', COLORS],
]);

export const ALL_SUGGESTIONS: readonly Suggestion[] = [...SUGGESTIONS.values()].flat();
