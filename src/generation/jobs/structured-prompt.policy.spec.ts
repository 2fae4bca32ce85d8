import type { StructuredPrompt } from './structured-prompt.data.js';
import { photographyText, promptText } from './structured-prompt.policy.js';

const PROMPT: StructuredPrompt = {
  short_description: 'A baker behind a counter. ',
  objects: [
    {
      ...{ description: 'a baker', gender: 'woman', clothing: 'a white apron', expression: 'smiling', pose: 'upright' },
      ...{ location: 'in the centre', relationship: 'behind the counter' },
    },
    { description: 'a loaf', number_of_objects: 3, location: 'on the counter', relationship: 'in front of the baker' },
  ],
  background_setting: 'a bakery',
  lighting: { conditions: 'soft, diffused light', direction: 'front-lit', shadows: 'minimal shadows' },
  aesthetics: { composition: 'centered', color_scheme: 'warm tones', mood_atmosphere: 'friendly' },
  photographic_characteristics: {
    ...{ depth_of_field: 'shallow', focus: 'on the face', camera_angle: 'eye-level', lens_focal_length: 'telephoto' },
  },
  style_medium: 'photograph',
  text_render: [{ text: 'BREAD', location: 'above', size: 'large', color: 'gold', font: 'serif' }],
  context: 'an editorial portrait',
  artistic_style: 'editorial',
};

describe('a structured prompt in plain text', () => {
  it('says all of it, the subject first', () => {
    expect(promptText(PROMPT)).toBe(
      'A baker behind a counter. a baker, woman, upright, smiling, a white apron, in the centre, behind the counter. ' +
        '3 × a loaf, on the counter, in front of the baker. a bakery. the text “BREAD”, above, large, gold, serif. ' +
        'eye-level, telephoto, shallow, on the face, soft, diffused light, front-lit, minimal shadows, centered, warm tones, photograph, editorial. ' +
        'friendly, an editorial portrait',
    );
  });

  it('leaves out what is not there', () => {
    const { photographic_characteristics: _, text_render: __, ...rest } = PROMPT;
    expect(promptText({ ...rest, objects: [] })).toMatch(/^A baker behind a counter\. a bakery\. soft, diffused light/);
  });

  it('has a part that is about light, colour, camera and manner alone', () => {
    expect(photographyText(PROMPT)).not.toMatch(/baker|counter|friendly/);
  });
});
