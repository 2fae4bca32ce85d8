import { type AskedAbilities, missingCapability } from './capabilities.port.js';

const painter = { capabilities: ['text-to-image', 'seed', 'guidance', 'controlnet:canny'] };
const filmmaker = { capabilities: ['text-to-video', 'image-to-video'] };
const picture = Buffer.from('a picture');
const video = { durationSeconds: 2, fps: 24 };

describe('missingCapability', () => {
  it.each<[string, { capabilities: string[] }, AskedAbilities]>([
    ['a picture', painter, {}],
    ['a picture with an empty list of guidance', filmmaker, { video, guidance: [] }],
    ['a picture with guidance and control', painter, { guidance: [picture], control: { type: 'canny' } }],
    ['a video', filmmaker, { video }],
    ['a video of a picture', filmmaker, { video, source: picture }],
  ])('finds none for %s that the model can make', (_what, model, asked) => {
    expect(missingCapability(model, asked)).toBeNull();
  });

  it.each<[string, { capabilities: string[] }, AskedAbilities]>([
    ['text-to-image', filmmaker, {}],
    ['text-to-video', painter, { video }],
    ['image-to-video', { capabilities: ['text-to-video'] }, { video, source: picture }],
    ['image-to-image', painter, { source: picture }],
    ['guidance', filmmaker, { video, guidance: [picture] }],
    ['controlnet:pose', painter, { control: { type: 'pose' } }],
  ])('names %s', (capability, model, asked) => {
    expect(missingCapability(model, asked)).toBe(capability);
  });
});
