import type { RequestedDetails } from '../generation.commands.js';
import { inputsOf, picturesOf } from './inputs.policy.js';

const NOTHING: RequestedDetails = {
  ...{ numVariants: 1, structuredPrompt: null, guidanceImages: [], controlnet: null, video: null, image: null },
};
const control = { type: 'canny', strength: 1, start: 0, end: 1 } as const;
const guided = [
  { uploadId: 'one', weight: 0.2 },
  { uploadId: 'two', weight: 0.9 },
];
/** What is found behind an id. */
const found = (id: string): { id: string; sha256: string } => ({ id, sha256: `sha of ${id}` });

describe('the pictures of a job', () => {
  it.each<[string, Partial<RequestedDetails>]>([
    ['guidance', { guidanceImages: guided }],
    ['a control image', { controlnet: { ...control, uploadId: 'three' } }],
    ['a picture in motion', { image: 'four' }],
    ['all of it', { guidanceImages: guided, controlnet: { ...control, uploadId: 'three' }, image: 'four' }],
  ])('come back in the places that they were named in: %s', (_, change) => {
    const details = { ...NOTHING, ...change };
    const named = picturesOf(details);
    expect(
      inputsOf(
        details,
        named.map(({ id }) => found(id)),
      ),
    ).toEqual({
      ...(change.guidanceImages && {
        guidance_images: [
          { ...found('one'), weight: 0.2 },
          { ...found('two'), weight: 0.9 },
        ],
      }),
      ...(change.controlnet && { controlnet: { ...found('three'), ...control } }),
      ...(change.image !== undefined && { image: found('four') }),
    });
  });

  it('are none for a job that names none', () => {
    expect(picturesOf(NOTHING)).toEqual([]);
    expect(inputsOf(NOTHING, [])).toBeNull();
  });

  it('are told by the fields that name them', () => {
    const named = picturesOf({
      ...NOTHING,
      guidanceImages: guided,
      controlnet: { ...control, uploadId: 'x' },
      image: 'y',
    });
    expect(named.map(({ loc }) => loc.join('.'))).toEqual([
      ...[
        'body.guidance_images.0.upload_id',
        'body.guidance_images.1.upload_id',
        'body.controlnet.image',
        'body.image',
      ],
    ]);
  });
});
