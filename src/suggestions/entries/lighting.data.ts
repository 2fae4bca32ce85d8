import { entriesOf } from './suggestion.data.js';

export const LIGHTING = entriesOf('lighting', [
  [
    'golden hour lighting',
    'Low, warm sun before dusk or after dawn',
    'golden hour, sunset light, sunrise light, sunset glow, evening sun, magic hour, golden light, warm sunlight, at sunset, at sunrise',
    'sunset, sunrise, dusk, dawn, sundown, evening, morning, glow, golden, warm, sun, romantic, beach, wheat, autumn, field, desert, savanna, mountains, landscape',
  ],
  [
    'dramatic lighting',
    'Strong contrast of light and shadow',
    'chiaroscuro, high contrast lighting, rembrandt lighting, low-key lighting, moody lighting, hard shadows, cinematic lighting',
    'contrast, shadows, intense, cinematic, theater, stage, spotlight, noir, storm, battle, warrior, dragon, fire, villain, epic, volcano',
  ],
  [
    'volumetric lighting',
    'Beams that show in mist or dust',
    'god rays, light rays, sunbeams, light beams, light shafts, crepuscular rays',
    'rays, beams, fog, mist, haze, dust, smoke, forest, woods, cathedral, church, cave, underwater, ruins, atmospheric, enchanted, ethereal',
  ],
  [
    'neon lights',
    'Colored glow of signs and tubes',
    'neon lighting, neon glow, neon sign, neon signs, neon-lit, neon',
    'cyberpunk, synthwave, futuristic, city, cityscape, street, nightclub, bar, tokyo, robot, night, arcade, glow, electric, sci-fi',
  ],
  [
    'soft natural light',
    'Gentle daylight without hard shadows',
    'soft light, natural light, diffused light, window light, soft lighting, natural lighting, soft daylight, overcast light',
    'gentle, daylight, window, airy, diffuse, cloudy, overcast, calm, baby, flowers, garden, breakfast, kitchen, woman, face, cozy, home',
  ],
  [
    'studio lighting',
    'Controlled lamps and softboxes',
    'softbox, studio light, three-point lighting, ring light, beauty dish, professional lighting, studio lit',
    'product, headshot, fashion, model, catalog, commercial, advertising, perfume, watch, jewelry, sneaker, bottle, clean, white background, still life',
  ],
  [
    'moonlight',
    'Pale, blue light of the night',
    'moonlit, moonlight glow, lit by the moon, lunar light, night light',
    'moon, night, at night, midnight, nocturnal, stars, starry, blue, wolf, owl, ghost, haunted, graveyard, vampire, witch, lake, mystery',
  ],
  [
    'rim lighting',
    'A bright edge from a light behind',
    'rim light, backlit, backlight, backlighting, edge lighting, silhouetted',
    'silhouette, outline, halo, contour, hero, athlete, dancer, concert, separation, hair, smoke, statue',
  ],
]);

/** What stands in front of a light where it is the light of the scene, as it is not in `light bulb` or `light blue`. */
const KINDS_OF_LIGHT = [
  ...['hard', 'harsh', 'bright', 'strong', 'dim', 'low', 'faint', 'flat', 'sharp', 'warm', 'cold', 'cool', 'pale'],
  ...['ambient', 'artificial', 'fluorescent', 'strobe', 'flash', 'stage', 'side', 'front', 'top', 'overhead', 'moody'],
  ...['dramatic', 'cinematic', 'volumetric', 'morning', 'evening', 'winter', 'summer', 'colored', 'red', 'green'],
  ...['lantern', 'lamp', 'candle', 'fire', 'torch', 'street', 'city', 'sun', 'star', 'christmas', 'northern'],
];

/** Phrases by which a prompt names a lighting that has no entry. */
export const OTHER_LIGHTING: readonly string[] = [
  ...KINDS_OF_LIGHT.map((kind) => `${kind} light`),
  ...[
    'lighting',
    'lit',
    'sunlit',
    'sunlight',
    'sunshine',
    'candlelight',
    'candlelit',
    'lamplight',
    'lamplit',
    'firelight',
  ],
  ...[
    'firelit',
    'torchlight',
    'torchlit',
    'starlight',
    'starlit',
    'daylight',
    'spotlight',
    'spotlit',
    'sidelit',
    'blue hour',
  ],
  ...[
    'twilight',
    'bioluminescent',
    'illuminated',
    'in the light of',
    'by the light of',
    'in the glow of',
    'in the dark',
  ],
  ...['light and shadow', 'street lamp', 'flash photography'],
];
