import type { Attack } from './attacks.js';

const UNKNOWN = '01a1fbd0-0000-7000-8000-000000000000';
const JOB = { prompt: 'a red car' };

const job = (what: string, body: unknown, route = 'text-to-image'): Attack => [
  `a job with ${what}`,
  422,
  'validation_error',
  (api) => api.post(`/api/generate/${route}`, body),
];
const nested = (depth: number): object => JSON.parse(`${'{"objects":'.repeat(depth)}1${'}'.repeat(depth)}`) as object;

/** Requests for jobs, refinements and estimates that nobody should send. */
export const JOB_ATTACKS: readonly Attack[] = [
  job('no prompt at all', {}),
  job('a list', [JOB]),
  job('no variants', { ...JOB, num_variants: 0 }),
  job('nine variants', { ...JOB, num_variants: 9 }),
  job('half a variant', { ...JOB, num_variants: 1.5 }),
  job('a mode, which jobs have not', { ...JOB, mode: 'ai' }),
  job('a webhook', { ...JOB, webhook_url: 'http://169.254.169.254/latest/meta-data' }),
  job('a text for a structured prompt', { structured_prompt: 'a red car' }),
  job('a structured prompt of a hundred levels', { structured_prompt: nested(100) }),
  job('a structured prompt of 10,000 objects', { structured_prompt: { objects: Array(10_000).fill({}) } }),
  job('a structured prompt that reaches for the prototype', {
    structured_prompt: JSON.parse('{"__proto__":{"short_description":"a red car"}}') as object,
  }),
  job('five guidance images', { ...JOB, guidance_images: Array(5).fill({ upload_id: UNKNOWN }) }),
  job('an unknown upload', { ...JOB, guidance_images: [{ upload_id: UNKNOWN }] }),
  job('a path for an upload', { ...JOB, guidance_images: [{ upload_id: '../../etc/passwd' }] }),
  job('a negative weight', { ...JOB, guidance_images: [{ upload_id: UNKNOWN, weight: -1 }] }),
  job('a control image that ends before it starts', {
    ...JOB,
    controlnet: { type: 'canny', image: UNKNOWN, start: 0.8, end: 0.2 },
  }),
  job('an inherited name for a control type', { ...JOB, controlnet: { type: 'constructor', image: UNKNOWN } }),
  job('a film of 11 seconds', { ...JOB, duration_seconds: 11 }, 'text-to-video'),
  job('a film without frames', { ...JOB, fps: 0 }, 'text-to-video'),
  job('a film by a painter', { ...JOB, model: 'builtin/studio' }, 'text-to-video'),
  job('a film of more pixels than there is time for', { ...JOB, width: 2048, height: 2048, fps: 60 }, 'text-to-video'),
  job('a film of an unknown picture', { ...JOB, image: UNKNOWN }, 'image-to-video'),
  job('a picture by a filmmaker', { ...JOB, model: 'builtin/motion' }),
  [
    'a refinement of nothing',
    404,
    'not_found',
    (api) => api.post(`/api/generate/${UNKNOWN}/refine`, { instruction: 'in the snow' }),
  ],
  [
    'a refinement without an instruction',
    422,
    'validation_error',
    (api) => api.post('/api/generate/1/refine', { seed: 7 }),
  ],
  ['a lineage of nothing', 404, 'not_found', (api) => api.get(`/api/generate/${UNKNOWN}/lineage`)],
  ['an estimate of nothing', 422, 'validation_error', (api) => api.post('/api/cost/estimate', {})],
  [
    'an estimate by an unknown model',
    422,
    'validation_error',
    (api) => api.post('/api/cost/estimate', { ...JOB, model: 'nobody/knows', num_variants: 99 }),
  ],
];
