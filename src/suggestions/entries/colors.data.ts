import { entriesOf } from './suggestion.data.js';

export const COLORS = entriesOf('colors', [
  [
    'vibrant colors',
    'Strong, saturated colors',
    'vivid colors, saturated colors, bold colors, bright colors, colorful, rich colors, vibrant palette',
    'vivid, saturated, bold, bright, rainbow, colorful, intense, lively, carnival, tropical, pop',
  ],
  [
    'muted tones',
    'Quiet colors with a little gray',
    'muted colors, desaturated, subdued colors, subdued tones, muted palette, faded colors, earth tones',
    'desaturated, faded, subdued, subtle, earthy, neutral, beige, vintage, calm, soft, matte, natural',
  ],
  [
    'warm color palette',
    'Reds, oranges and golds',
    'warm colors, warm tones, warm palette, warm hues, red and orange tones',
    'orange, red, yellow, gold, amber, autumn, fire, sunset, desert, cozy, summer, copper, rust',
  ],
  [
    'cool color palette',
    'Blues, greens and violets',
    'cool colors, cool tones, cool palette, cold colors, cool hues, blue tones, teal tones',
    'blue, teal, cyan, turquoise, green, violet, winter, ice, icy, ocean, cold, frost, water, arctic',
  ],
  [
    'black and white',
    'Without color, all light and form',
    'monochrome, monochromatic, grayscale, black-and-white, b&w',
    'noir, gray, classic, contrast, silver, film, documentary, timeless, shadow',
  ],
  [
    'pastel colors',
    'Pale, milky colors',
    'pastel palette, pastel tones, pastels, pale colors, soft colors, candy colors',
    'pale, pink, mint, lavender, peach, baby blue, delicate, sweet, spring, gentle, dreamy, cute, light',
  ],
]);
