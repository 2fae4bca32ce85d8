import type { Attack } from './attacks.js';

const PRESET = { id: 'attacked', name: 'Test', category: 'image', prompt_template: '{prompt}', parameters: {} };

const creating = (what: string, change: object): Attack => [
  `a preset with ${what}`,
  422,
  'validation_error',
  (api) => api.post('/api/presets', { ...PRESET, ...change }),
];

/** Requests about presets that nobody should send. */
export const PRESET_ATTACKS: readonly Attack[] = [
  creating('a path for an id', { id: '../../etc/passwd' }),
  creating('an inherited name for an id', { id: '__proto__ ' }),
  creating('an id that is a list', { id: ['attacked'] }),
  creating('an id with a line break', { id: 'attacked\n' }),
  creating('a name of a megabyte', { name: 'x'.repeat(1_000_000) }),
  creating('a zero byte in its template', { prompt_template: '{prompt}\u0000' }),
  creating('a lone surrogate in its name', { name: '\ud800' }),
  creating('parameters that reach for the prototype', {
    parameters: JSON.parse('{"__proto__": {"width": 512}}') as object,
  }),
  creating('parameters of parameters', { parameters: { parameters: { width: 512 } } }),
  creating('a prompt among its parameters', { parameters: { prompt: 'a red car' } }),
  creating('a preset among its parameters', { parameters: { preset: 'oil_painting' } }),
  creating('a width as text', { parameters: { width: '512' } }),
  creating('an inherited name for a category', { category: 'constructor' }),
  creating('an owner beyond all users', { owner: 2 ** 31 }),
  [
    'a preset in the name of two users',
    422,
    'validation_error',
    (api) => api.get('/api/presets/oil_painting?user_id=1&user_id=2'),
  ],
  ['a preset of no user', 422, 'validation_error', (api) => api.get('/api/presets?user_id=0')],
  ['a preset by a path', 404, 'not_found', (api) => api.get('/api/presets/..%2F..%2Fetc%2Fpasswd')],
  ['a preset by SQL', 404, 'not_found', (api) => api.get("/api/presets/x'%20or%20'1'='1")],
  [
    'a change with a broken If-Match',
    400,
    'malformed_request',
    async (api) => {
      const { id, ...content } = PRESET;
      await api.post('/api/presets', PRESET);
      return api.call('PUT', `/api/presets/${id}`, { body: content, headers: { 'if-match': 'two' } });
    },
  ],
  [
    'a run with an inherited name for a preset',
    422,
    'validation_error',
    (api) => api.post('/api/generate', { prompt: 'a red car', preset: '__proto__' }),
  ],
  [
    'a run with a list of presets',
    422,
    'validation_error',
    (api) => api.post('/api/generate', { prompt: 'a red car', preset: ['oil_painting'] }),
  ],
];
