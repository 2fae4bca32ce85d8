import { entriesOf } from './suggestion.data.js';

export const QUALITY = entriesOf('quality', [
  [
    '8k uhd',
    'The resolution of very large screens',
    '8k, 8k resolution, ultra hd, ultra high definition, uhd, 4k',
    'resolution, sharp, high definition, hd, ultra, pixels, large',
  ],
  [
    'highly detailed',
    'Many fine details everywhere',
    'ultra-detailed, ultra detailed, extremely detailed, very detailed, richly detailed, finely detailed, hyper detailed, hyperdetailed, insanely detailed, detailed, intricate detail, intricate details, fine detail, fine details, high detail, rich detail, lots of detail, intricately detailed, highly intricate, full of detail, great detail, many details, minute detail, exquisite detail, elaborate detail, meticulous detail, extreme detail, sharp details, level of detail',
    'intricate, elaborate, fine, texture, complex, ornate, precision, depth, sharp, minute',
  ],
  [
    'masterpiece',
    'As good as the best there is',
    "master piece, work of a master, master's work, magnum opus",
    'best, finest, perfect, art, museum, brilliant, superb, exceptional, stunning',
  ],
  [
    'professional',
    'Made by somebody who knows how',
    'professional quality, professionally, expertly, professional grade, pro quality, world class, excellent quality, superior quality, exceptional quality, great quality, high quality, highest quality, best quality, top quality, premium quality, studio quality, museum quality, masterpiece, award winning',
    'expert, skilled, polished, commercial, quality, clean, refined, pro',
  ],
  [
    'award winning',
    'Good enough to be given a prize',
    'award-winning, prize winning, prize-winning, contest winner',
    'award, prize, contest, winner, famous, celebrated, acclaimed, best',
  ],
  [
    'high dynamic range',
    'Detail in the lights and in the shadows',
    'hdr, wide dynamic range, hdr photo',
    'dynamic, range, exposure, tones, contrast, highlights, depth, luminous',
  ],
  [
    'trending on artstation',
    'In the manner of a popular showcase',
    'artstation, featured on artstation, trending on deviantart, featured on behance',
    'popular, trending, showcase, concept art, gallery, community, modern',
  ],
]);
