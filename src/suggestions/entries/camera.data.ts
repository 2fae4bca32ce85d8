import { entriesOf } from './suggestion.data.js';

export const CAMERA = entriesOf('camera', [
  [
    'wide angle lens',
    'A broad view with deep space',
    'wide angle, wide-angle shot, wide shot, ultra wide, 24mm lens, 16mm lens',
    'panorama, panoramic, vista, broad, expansive, fisheye, architecture, interior, scenery, establishing shot',
  ],
  [
    'macro lens',
    'Tiny things, very close',
    'macro, macro shot, macro photography, extreme close-up, 100mm macro',
    'closeup, close-up, tiny, small, insect, bee, dewdrop, petals, detail, jewelry, magnified, microscopic',
  ],
  [
    'bokeh background',
    'A subject in front of soft discs of light',
    'bokeh, blurred background, shallow depth of field, out of focus background, blurry background',
    'blur, blurry, depth of field, shallow, aperture, f1.4, 85mm, dreamy, defocused, isolation',
  ],
  [
    'sharp focus',
    'Crisp edges where the eye looks',
    'in focus, tack sharp, crisp focus, pin sharp, razor sharp, deep focus',
    'crisp, clear, clarity, sharpness, sharp, precise, edges, defined',
  ],
  [
    'telephoto lens',
    'Far things brought near, space flattened',
    'telephoto, telephoto shot, 200mm lens, 300mm lens, long lens, zoom lens',
    'zoom, compression, distant, far, wildlife, sports, bird, safari, moon',
  ],
  [
    'low angle shot',
    'Seen from below, so that it towers',
    "low angle, from below, worm's eye view, looking up",
    'tall, towering, heroic, powerful, monumental, skyscraper, perspective, upward',
  ],
  [
    "bird's eye view",
    'Seen from straight above',
    'aerial view, from above, top-down view, overhead shot, drone shot, aerial shot',
    'aerial, drone, overhead, top-down, map, city, island, coast, fields, perspective, flying',
  ],
  [
    'long exposure',
    'Time drawn as trails and silk',
    'long-exposure, slow shutter, light trails, motion blur, star trails',
    'shutter, trails, traffic, waterfall, silky, flowing, time, night, stars, movement, motion',
  ],
]);
