import { type AskedAbilities, type Demand, missingCapability, shortcomingOf } from './capabilities.port.js';

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

describe('shortcomingOf', () => {
  const model = {
    id: 'any',
    capabilities: ['text-to-image', 'text-to-video', 'guidance', 'controlnet:canny'],
    limits: {
      ...{ width: { min: 256, max: 1024 }, steps: { min: 1, max: 50 }, pixel_frames: { min: 1, max: 1_000_000 } },
      ...{ 'guidance_images.length': { min: 0, max: 1 }, 'controlnet.strength': { min: 0, max: 1 } },
    },
  };
  const demand: Demand = { width: 512, height: 512, steps: 30, cfgScale: 7 };
  const control = { type: 'canny', strength: 1, start: 0, end: 1 } as const;

  it('is null for what the model can do, up to its limits', () => {
    expect(shortcomingOf(model, { ...demand, width: 1024, steps: 50, control, guidance: [{ weight: 1 }] })).toBeNull();
    expect(shortcomingOf(model, { ...demand, height: 9_999 })).toBeNull();
  });

  it.each<[Partial<Demand>, string, RegExp]>([
    [{ width: 2048 }, 'width', /^width must be from 256 to 1024$/],
    [{ steps: Number.NaN }, 'steps', /^steps must be from 1 to 50$/],
    [{ guidance: [{ weight: 1 }, { weight: 1 }] }, 'guidance_images', /^guidance_images\.length must be from 0 to 1$/],
    [{ control: { ...control, strength: 2 } }, 'controlnet', /^controlnet\.strength must be from 0 to 1$/],
    [{ control: { ...control, type: 'pose' } }, 'controlnet', /^The model any lacks the capability controlnet:pose$/],
    [{ video, source: picture }, 'image', /lacks the capability image-to-video$/],
    [{ video: { durationSeconds: 1, fps: 4 } }, 'duration_seconds', /at most 1000000 pixels.* this one has 1048576/],
  ])('names the field that asks too much of %j', (more, field, message) => {
    expect(shortcomingOf(model, { ...demand, ...more })).toEqual({
      field,
      message: expect.stringMatching(message) as unknown,
    });
  });

  it('names the model where it makes no such thing', () => {
    expect(shortcomingOf({ ...model, capabilities: [] }, demand)?.field).toBe('model');
    expect(
      shortcomingOf({ ...model, capabilities: ['text-to-image'] }, { ...demand, guidance: [{ weight: 1 }] })?.field,
    ).toBe('guidance_images');
  });
});
