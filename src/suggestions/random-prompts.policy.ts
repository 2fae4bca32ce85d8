import { SeededNumbers } from '../platform/random/seeded-numbers.policy.js';

/** The terms that prompts are put together from. */
export interface PromptParts {
  readonly subjects: readonly string[];
  readonly styles: readonly string[];
  readonly lighting: readonly string[];
  readonly quality: readonly string[];
}

export interface RandomPrompt {
  readonly prompt: string;
  readonly components: {
    readonly subject: string;
    readonly style: string;
    readonly lighting: string;
    readonly quality: string;
  };
}

/** The numbers below `size` in a random order, without end: each comes once before any comes again. */
class Deck {
  /** What was swapped, place by place; everything else still lies where it belongs (Durstenfeld's shuffle, of what is drawn alone). */
  private moved = new Map<number, number>();
  private drawn = 0;
  private last = -1;

  constructor(
    private readonly size: number,
    private readonly numbers: SeededNumbers,
  ) {}

  draw(): number {
    if (this.drawn === this.size) {
      this.moved = new Map();
      this.drawn = 0;
    }
    const place = this.drawn + this.numbers.below(this.size - this.drawn);
    this.take(place);
    // The first of a new round is not the last one of the round before.
    if (this.drawn === 1 && this.topOf(0) === this.last && this.size > 1)
      this.swap(0, 1 + this.numbers.below(this.size - 1));
    this.last = this.topOf(this.drawn - 1);
    return this.last;
  }

  private take(place: number): void {
    this.swap(this.drawn, place);
    this.drawn += 1;
  }

  private topOf(place: number): number {
    return this.moved.get(place) ?? place;
  }

  private swap(a: number, b: number): void {
    const [first, second] = [this.topOf(a), this.topOf(b)];
    this.moved.set(a, second);
    this.moved.set(b, first);
  }
}

/**
 * Prompts at random, the same for the same seed. None comes twice while there are others; two that follow each other differ in their subject, and
 * all subjects come equally often.
 */
export const randomPrompts = (parts: PromptParts, count: number, seed: number): RandomPrompt[] => {
  const numbers = new SeededNumbers(seed);
  const { subjects, styles, lighting, quality } = parts;
  const subjectDeck = new Deck(subjects.length, numbers);
  // As every round takes each subject once, all of these come to their end together.
  const restDecks = subjects.map(() => new Deck(styles.length * lighting.length * quality.length, numbers));
  return Array.from({ length: count }, () => {
    const subject = subjectDeck.draw();
    const rest = restDecks[subject]?.draw() ?? 0;
    const withoutStyle = Math.floor(rest / styles.length);
    const components = {
      subject: subjects[subject] ?? '',
      style: styles[rest % styles.length] ?? '',
      lighting: lighting[withoutStyle % lighting.length] ?? '',
      quality: quality[Math.floor(withoutStyle / lighting.length)] ?? '',
    };
    return { prompt: Object.values(components).join(', '), components };
  });
};
