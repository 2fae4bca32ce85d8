import { hashText } from './random.js';
import {
  COLOR_WORDS,
  FEATURE_WORDS,
  type Feature,
  SCENE_WORDS,
  SCENES,
  type SceneName,
  TIME_WORDS,
  TIMES,
  type TimeOfDay,
} from './vocabulary.data.js';

export type HueSaturationValue = readonly [hue: number, saturation: number, value: number];

/** What the renderer understood of a prompt. */
export interface PromptReading {
  readonly scene: SceneName;
  /** Null where the prompt names no time of day. */
  readonly time: TimeOfDay | null;
  /** Asked for by the prompt and not taken away by the negative prompt. */
  readonly wanted: ReadonlySet<Feature>;
  /** Taken away by the negative prompt, wanted or not. */
  readonly unwanted: ReadonlySet<Feature>;
  /** Colours that the prompt names, in its order. */
  readonly colors: readonly HueSaturationValue[];
  /** Hash of the normalised prompt: two prompts with the same keywords still look different. */
  readonly hash: number;
}

/** Lower-case words between single spaces, plurals cut, framed by spaces so that ` word ` finds whole words only. */
const normalise = (text: string): string => {
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .split(/[^a-z0-9']+/)
    .filter((word) => word !== '')
    .map((word) =>
      word.length > 4 && word.endsWith('s') && !word.endsWith('ss') && !word.endsWith('us') ? word.slice(0, -1) : word,
    );
  return ` ${words.join(' ')} `;
};

const findAll = (text: string, alternatives: string): readonly number[] =>
  alternatives
    .split('|')
    .map((phrase) => text.indexOf(normalise(phrase)))
    .filter((place) => place >= 0);

const featuresIn = (text: string): ReadonlySet<Feature> =>
  new Set(
    (Object.keys(FEATURE_WORDS) as Feature[]).filter((feature) => findAll(text, FEATURE_WORDS[feature]).length > 0),
  );

/** The one of the given scenes that most words of a prompt speak for; earlier words weigh up to a quarter more. Null without any. */
export const sceneIn = (prompt: string, scenes: readonly SceneName[]): SceneName | null => {
  const text = normalise(prompt);
  let best: SceneName | null = null;
  let bestScore = 0;
  for (const scene of scenes) {
    let score = 0;
    for (const [weight, words] of Object.entries(SCENE_WORDS[scene])) {
      for (const place of findAll(text, words)) score += Number(weight) * (1 + 0.25 / (1 + place / 40));
    }
    if (score > bestScore) {
      bestScore = score;
      best = scene;
    }
  }
  return best;
};

const colorsIn = (text: string): readonly HueSaturationValue[] =>
  Object.entries(COLOR_WORDS)
    .map(([word, color]) => ({ place: text.indexOf(` ${word} `), color }))
    .filter(({ place }) => place >= 0)
    .sort((a, b) => a.place - b.place)
    .map(({ color }) => color);

/** Reads English prompts by a fixed vocabulary; what it does not know only changes the hash. */
export const readPrompt = (prompt: string, negativePrompt: string): PromptReading => {
  const text = normalise(prompt);
  const unwanted = featuresIn(normalise(negativePrompt));
  const wanted = new Set([...featuresIn(text)].filter((feature) => !unwanted.has(feature)));
  return {
    scene: sceneIn(prompt, SCENES) ?? 'abstract',
    time: TIMES.find((time) => findAll(text, TIME_WORDS[time]).length > 0) ?? null,
    wanted,
    unwanted,
    colors: colorsIn(text),
    hash: hashText(prompt.trim().replace(/\s+/g, ' ')),
  };
};
