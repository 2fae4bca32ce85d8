import type { VIDEO_MOTIONS } from '../../providers/image-provider.port.js';

type Motion = (typeof VIDEO_MOTIONS)[number];

const WORDS: readonly (readonly [Motion, RegExp])[] = [
  ['time-lapse', /\b(time[ -]?lapse|hyper[ -]?lapse|sped[ -]up|fast[ -]forward|accelerated motion)\b/iu],
  ['handheld', /\b(hand-?held|vlog|shaky|casual, natural movements?)\b/iu],
  ['smooth', /\bsmooth (camera )?(movements?|motion)\b/iu],
];

const namedIn = (text: string): Motion | undefined => WORDS.find(([, words]) => words.test(text))?.[0];

/** How the camera moves in a video, by the words of its prompt, else by those of the preset's template; smoothly where none say. */
export const motionOf = (prompt: string, template = ''): Motion => namedIn(prompt) ?? namedIn(template) ?? 'smooth';
