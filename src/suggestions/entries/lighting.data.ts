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
    'moon, night, midnight, nocturnal, stars, starry, blue, wolf, owl, ghost, haunted, graveyard, vampire, witch, lake, mystery',
  ],
  [
    'rim lighting',
    'A bright edge from a light behind',
    'rim light, backlit, backlight, backlighting, edge lighting, silhouetted',
    'silhouette, outline, halo, contour, hero, athlete, dancer, concert, separation, hair, smoke, statue',
  ],
]);

/** Phrases by which a prompt names a lighting that has no entry. */
export const OTHER_LIGHTING: readonly string[] = [
  ...['lighting', 'lit', 'sunlit', 'sunlight', 'candlelight', 'candlelit', 'lamplight', 'firelight', 'torchlight'],
  ...[
    'starlight',
    'daylight',
    'blue hour',
    'twilight',
    'spotlight',
    'bioluminescent',
    'illuminated',
    'in the light of',
    'by the light of',
  ],
];
