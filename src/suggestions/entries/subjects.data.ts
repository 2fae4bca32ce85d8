import { entriesOf } from './suggestion.data.js';

export const SUBJECTS = entriesOf('subjects', [
  [
    'portrait of a woman',
    'Human portrait',
    'portrait of a lady, portrait of a girl, female portrait, headshot of a woman, close-up of a woman',
    'face, headshot, person, people, human, girl, lady, model, beauty, fashion, eyes, smile',
  ],
  [
    'landscape with mountains',
    'Wide natural scene below high peaks',
    'mountain landscape, mountain scenery, mountain range, mountain view, alpine landscape',
    'nature, scenery, alps, peaks, summit, valley, hills, hiking, outdoors, wilderness, panorama, vista, lake, snow',
  ],
  [
    'futuristic cityscape',
    'Skyline of a city that is yet to come',
    'futuristic city, future city, city of the future, cyberpunk city, sci-fi city',
    'skyline, skyscrapers, towers, buildings, architecture, urban, metropolis, town, cyberpunk, science fiction, sci-fi, scifi, future, dystopia',
  ],
  [
    'enchanted forest',
    'Woods out of a fairy tale',
    'magical forest, magic forest, fairy tale forest, enchanted woods, mystical forest',
    'woods, trees, jungle, nature, fairy, elves, mushrooms, fireflies, fairytale, fantasy, magic, moss',
  ],
  [
    'astronaut in space',
    'Explorer between the stars',
    'cosmonaut in space, spaceman, astronaut floating, spacewalk',
    'galaxy, cosmos, universe, stars, planet, nebula, orbit, rocket, spaceship, spacesuit, moon, mars, science fiction, sci-fi',
  ],
  [
    'majestic dragon',
    'Winged creature of legend',
    'mighty dragon, fire-breathing dragon, giant dragon, wyvern',
    'creature, beast, monster, animal, wings, scales, fire, myth, mythical, legend, fantasy, epic, castle, knight',
  ],
  [
    'vintage car',
    'Automobile of a past decade',
    'classic car, oldtimer, retro car, antique car',
    'vehicle, automobile, cabriolet, road, drive, street, garage, chrome, retro, nostalgia, motor, racing',
  ],
  [
    'still life with flowers',
    'Arranged flowers on a table',
    'flower still life, bouquet of flowers, vase of flowers, floral still life, bouquet',
    'flowers, floral, bouquet, vase, roses, tulips, blossom, petals, fruit, table, botanical, garden, plants',
  ],
]);
