import { entriesOf } from './suggestion.data.js';

export const STYLES = entriesOf('styles', [
  [
    'oil painting',
    'Rich strokes of oil on canvas',
    'oil on canvas, painted in oil, oil paint',
    'canvas, brushstrokes, impasto, classical, museum, gallery, baroque, renaissance, old master, nobleman, noblewoman, king, queen, historical, still life',
  ],
  [
    'watercolor',
    'Translucent washes on paper',
    'watercolor painting, aquarelle, painted in watercolor, gouache',
    'wash, paper, delicate, soft edges, botanical, flowers, blossom, garden, children, storybook, bird, butterfly, spring',
  ],
  [
    'digital art',
    'Painted on a screen, free of any medium',
    'digital painting, digital illustration, concept art, matte painting, digital artwork',
    'fantasy, dragon, castle, wizard, magic, elf, creature, monster, alien, astronaut, spaceship, science fiction, sci-fi, cyberpunk, futuristic, game, hero',
  ],
  [
    'anime style',
    'Clean lines and cel shading',
    'anime, manga, manga style, cel shading, cel shaded',
    'japanese, japan, cartoon, comic, character, schoolgirl, samurai, ninja, mecha, kawaii, cute, cherry blossom',
  ],
  [
    'photorealistic',
    'As a camera would see it',
    'photorealism, hyperrealistic, hyperrealism, photo-realistic, lifelike, realistic, realistic photo, photograph of',
    'photo, photography, photograph, camera, real life, dslr, documentary, product, food, car, animal, wildlife, person, woman, man, street',
  ],
  [
    'cinematic film still',
    'A frame out of a film',
    'cinematic, movie still, film still, movie scene, movie frame, cinematic style, cinematic shot',
    'movie, film, cinema, hollywood, scene, thriller, detective, noir, chase, epic, battle, western, rain, night, storm, explosion',
  ],
  [
    'pencil sketch',
    'Graphite lines on paper',
    'pencil drawing, graphite drawing, charcoal drawing, hand-drawn sketch, line drawing',
    'sketchbook, drawing, hatching, charcoal, graphite, ink, paper, study, anatomy, blueprint, draft, architecture',
  ],
  [
    'pixel art',
    'Coarse pixels of early games',
    'pixelated, 8-bit style, 16-bit style, 8 bit, 16 bit, voxel art',
    'retro game, video game, arcade, sprite, console, platformer, nes, nostalgic, isometric',
  ],
  [
    'impressionist style',
    'Loose strokes that catch the light',
    'impressionism, impressionist, impressionistic, in the style of monet, post-impressionist',
    'monet, renoir, van gogh, plein air, brushwork, pond, water lilies, river, boat, harbor, meadow, picnic, haystacks',
  ],
  [
    '3d render',
    'Computed geometry, materials and light',
    '3d rendering, 3d art, cgi, octane render, unreal engine, rendered in blender, ray tracing',
    'blender, octane, isometric, model, geometry, robot, toy, miniature, diorama, icon, logo, interior, abstract, clay',
  ],
]);

/** Phrases by which a prompt names a style that has no entry. */
export const OTHER_STYLES: readonly string[] = [
  ...['style', 'painting', 'drawing', 'sketch', 'illustration', 'render', 'rendering', 'photo', 'photograph'],
  ...['photography', 'cartoon', 'comic', 'collage', 'mosaic', 'engraving', 'etching', 'woodcut', 'linocut', 'fresco'],
  ...['graffiti', 'low poly', 'origami', 'claymation', 'stained glass', 'art deco', 'art nouveau', 'ukiyo-e'],
  ...['surrealist', 'surrealism', 'cubist', 'cubism', 'pop art', 'vector art', 'line art', 'minimalist', 'vaporwave'],
  ...['polaroid', 'snapshot', 'selfie', 'photographed', 'dslr', '35mm', 'film noir', 'stop motion', 'rendered'],
  ...['painted by', 'painted in', 'in oils', 'drawn in', 'drawn with', 'drawn by', 'hand drawn', 'sketched', 'crayon'],
  ...['doodle', 'caricature', 'manhwa', 'ghibli', 'sculpture', 'woodblock', 'tapestry', 'embroidery', 'paper cut'],
  ...['abstract', 'expressionist', 'expressionism', 'vector', 'made of lego'],
];
