import type { VIDEO_MOTIONS } from '../../providers/image-provider.port.js';

type Motion = (typeof VIDEO_MOTIONS)[number];

const WORDS: readonly (readonly [Motion, RegExp])[] = [
  ['time-lapse', /\b(time[ -]?lapse|hyper[ -]?lapse|sped[ -]up|fast[ -]forward)\b/iu],
  ['handheld', /\b(hand-?held|vlog|shaky)\b/iu],
];

/** How the camera moves in a video, by the words of its prompt; smoothly where they say nothing. */
export const motionOf = (prompt: string): Motion => WORDS.find(([, words]) => words.test(prompt))?.[0] ?? 'smooth';
