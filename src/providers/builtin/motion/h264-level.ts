const { ceil, max, sqrt } = Math;

/** Levels as they are coded, with the most macroblocks a second and a picture (ITU-T H.264, table A-1). */
const LEVELS: readonly (readonly [code: number, rate: number, picture: number])[] = [
  [30, 40_500, 1_620],
  [31, 108_000, 3_600],
  [32, 216_000, 5_120],
  [40, 245_760, 8_192],
  [42, 522_240, 8_704],
  [50, 589_824, 22_080],
  [51, 983_040, 36_864],
  [52, 2_073_600, 36_864],
];

/** The smallest level that a video of this size and rate keeps to, as it is coded (31 is level 3.1); the highest for one beyond all. */
export const levelOf = ({
  width,
  height,
  fps,
}: {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}): number => {
  const across = ceil(width / 16);
  const down = ceil(height / 16);
  const found = LEVELS.find(
    ([, rate, picture]) =>
      across * down <= picture && across * down * fps <= rate && max(across, down) <= sqrt(8 * picture),
  );
  return found?.[0] ?? 52;
};
