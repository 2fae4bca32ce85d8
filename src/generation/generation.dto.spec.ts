import { fillDto } from '../platform/http/dto-reader.js';
import { fieldsOf } from '../platform/http/dto-fields.js';
import { RequestInvalid, type RequestIssue } from '../platform/http/http.errors.js';
import { IssueList } from '../platform/http/issue-list.js';
import { PARAMETERS } from './generation.data.js';
import { GenerateDto } from './generation.dto.js';
import { toRequest } from './generation-request.dto.js';

const PROMPT = 'A lighthouse at dusk';

const read = (body: unknown): GenerateDto => {
  const issues = new IssueList();
  const dto = fillDto(GenerateDto, body, 'body', issues);
  issues.throwIfAny();
  return dto;
};

/** The issues of a body; none for a valid one. */
const issuesOf = (body: unknown): readonly RequestIssue[] => {
  try {
    read(body);
    return [];
  } catch (error) {
    if (error instanceof RequestInvalid) return error.issues;
    throw error;
  }
};
const issuesOfField = (field: string, value: unknown): readonly RequestIssue[] =>
  issuesOf({ prompt: PROMPT, [field]: value });

describe('GenerateDto', () => {
  it.each<[field: string, value: unknown]>([
    ['prompt', 'cat'],
    ['prompt', `  ${'x'.repeat(2000)}\n`],
    ['prompt', '🦊'.repeat(2000)],
    ['mode', 'ai'],
    ['mode', 'manual'],
    ['camera_angle', "bird's-eye"],
    ['fov', 'telephoto'],
    ['lighting', 'golden-hour'],
    ['color_palette', 'neon'],
    ['composition', 'rule-of-thirds'],
    ['style', 'editorial'],
    ['negative_prompt', ''],
    ['negative_prompt', 'x'.repeat(2000)],
    ['width', 256],
    ['width', 2048],
    ['height', 1000],
    ['steps', 1],
    ['steps', 150],
    ['cfg_scale', 1],
    ['cfg_scale', 7.5],
    ['cfg_scale', 30],
    ['seed', 0],
    ['seed', 4_294_967_295],
    ['provider', 'builtin'],
    ['model', 'builtin/studio'],
    ['use_cache', false],
    ['max_retries', 0],
    ['max_retries', 5],
    ['priority', 'low'],
    ['priority', 'high'],
    ['expires_in', 1],
    ['expires_in', 86_400],
    ['expires_in', null],
    ['user_id', 1],
    ['user_id', 2_147_483_647],
    ['preset', 'cinematic_portrait'],
    ['preset', null],
    ['project_id', 1],
    ['project_id', null],
    ['seed', null],
  ])('takes %s %j', (field, value) => {
    expect(issuesOfField(field, value)).toEqual([]);
  });

  it.each<[field: string, value: unknown, type: string, msg: string]>([
    ['prompt', undefined, 'missing', 'Field required'],
    ['prompt', null, 'string_type', 'prompt must be a string'],
    ['prompt', 12, 'string_type', 'prompt must be a string'],
    ['prompt', ['cat'], 'string_type', 'prompt must be a string'],
    ['prompt', '', 'value_error', 'must have 3 to 2000 characters'],
    ['prompt', 'ab', 'value_error', 'must have 3 to 2000 characters'],
    ['prompt', '  ab \n', 'value_error', 'must have 3 to 2000 characters'],
    ['prompt', '🦊🦊', 'value_error', 'must have 3 to 2000 characters'],
    ['prompt', 'x'.repeat(2001), 'value_error', 'must have 3 to 2000 characters'],
    ['mode', 'auto', 'value_error', 'Invalid mode: auto'],
    ['mode', 'AI', 'value_error', 'Invalid mode: AI'],
    ['camera_angle', 'oblique', 'value_error', 'Invalid camera_angle: oblique'],
    ['camera_angle', 3, 'value_error', 'Invalid camera_angle: 3'],
    ['camera_angle', '', 'value_error', 'Invalid camera_angle: '],
    ['fov', 'Wide', 'value_error', 'Invalid fov: Wide'],
    ['lighting', ['soft'], 'value_error', 'Invalid lighting: ["soft"]'],
    ['color_palette', 'sepia', 'value_error', 'Invalid color_palette: sepia'],
    ['composition', 'thirds', 'value_error', 'Invalid composition: thirds'],
    ['style', 'anime', 'value_error', 'Invalid style: anime'],
    ['negative_prompt', 5, 'string_type', 'negative_prompt must be a string'],
    ['negative_prompt', 'x'.repeat(2001), 'value_error', 'must have 0 to 2000 characters'],
    ['width', 248, 'value_error', 'width must not be less than 256'],
    ['width', 2056, 'value_error', 'width must not be greater than 2048'],
    ['width', 1001, 'value_error', 'must be a multiple of 8'],
    ['width', 512.5, 'int_type', 'width must be a whole number'],
    ['width', '512', 'int_type', 'width must be a whole number'],
    ['height', 248, 'value_error', 'height must not be less than 256'],
    ['height', 2056, 'value_error', 'height must not be greater than 2048'],
    ['height', 257, 'value_error', 'must be a multiple of 8'],
    ['height', true, 'int_type', 'height must be a whole number'],
    ['steps', 0, 'value_error', 'steps must not be less than 1'],
    ['steps', 151, 'value_error', 'steps must not be greater than 150'],
    ['steps', Number.NaN, 'int_type', 'steps must be a whole number'],
    ['cfg_scale', 0.99, 'value_error', 'cfg_scale must not be less than 1'],
    ['cfg_scale', 30.01, 'value_error', 'cfg_scale must not be greater than 30'],
    ['cfg_scale', Number.POSITIVE_INFINITY, 'float_type', 'cfg_scale must be a number'],
    ['cfg_scale', '7', 'float_type', 'cfg_scale must be a number'],
    ['seed', -1, 'value_error', 'seed must not be less than 0'],
    ['seed', 4_294_967_296, 'value_error', 'seed must not be greater than 4294967295'],
    ['seed', 1.5, 'int_type', 'seed must be a whole number'],
    ['seed', 'random', 'int_type', 'seed must be a whole number'],
    ['provider', ' ', 'value_error', 'must have 1 to 100 characters'],
    ['provider', 7, 'string_type', 'provider must be a string'],
    ['model', '', 'value_error', 'must have 1 to 200 characters'],
    ['model', 'x'.repeat(201), 'value_error', 'must have 1 to 200 characters'],
    ['use_cache', 'true', 'bool_type', 'use_cache must be true or false'],
    ['use_cache', 0, 'bool_type', 'use_cache must be true or false'],
    ['max_retries', -1, 'value_error', 'max_retries must not be less than 0'],
    ['max_retries', 6, 'value_error', 'max_retries must not be greater than 5'],
    ['expires_in', 0, 'value_error', 'expires_in must not be less than 1'],
    ['expires_in', 86_401, 'value_error', 'expires_in must not be greater than 86400'],
    ['expires_in', 1.5, 'int_type', 'expires_in must be a whole number'],
    ['user_id', 0, 'value_error', 'user_id must not be less than 1'],
    ['user_id', 2_147_483_648, 'value_error', 'user_id must not be greater than 2147483647'],
    ['preset', 'No', 'value_error', 'must be 3 to 64 of a–z, 0–9 and _'],
    ['preset', 7, 'string_type', 'preset must be a string'],
    ['project_id', 0, 'value_error', 'project_id must not be less than 1'],
    ['project_id', 'x', 'int_type', 'project_id must be a whole number'],
    ['colour', 'red', 'extra_forbidden', 'Unknown field: colour'],
    ['constructor', 'x', 'extra_forbidden', 'Unknown field: constructor'],
  ])('refuses %s %j as %s: %s', (field, value, type, msg) => {
    expect(issuesOfField(field, value)).toEqual([{ loc: ['body', field], type, msg }]);
  });

  it('says everything that is wrong at once', () => {
    const issues = issuesOf({ prompt: 'x', width: 1, style: 'anime', color: 'red' });
    expect(issues.map(({ loc }) => loc.at(-1)).sort()).toEqual(['color', 'prompt', 'style', 'width']);
  });

  it.each([[null], [[]], ['text'], [7]])('refuses %j for a body', (body) => {
    expect(issuesOf(body)).toEqual([{ loc: ['body'], type: 'model_type', msg: 'Must be a JSON object' }]);
  });
});

describe('toRequest', () => {
  it("fills in the contract's defaults", () => {
    expect(toRequest(read({ prompt: `  ${PROMPT}\n` }))).toEqual({
      type: 'image',
      prompt: PROMPT,
      mode: 'ai',
      visual: {},
      negativePrompt: null,
      width: 1024,
      height: 1024,
      steps: 30,
      cfgScale: 7,
      seed: null,
      provider: null,
      model: null,
      useCache: true,
      maxRetries: 3,
      priority: 'normal',
      userId: 1,
      projectId: null,
    });
  });

  it("keeps the caller's own values, zero and false among them", () => {
    const body = {
      prompt: PROMPT,
      mode: 'manual',
      camera_angle: 'low-angle',
      fov: 'wide',
      lighting: 'soft',
      color_palette: 'warm',
      composition: 'centered',
      style: 'cinematic',
      negative_prompt: ' blur ',
      width: 256,
      height: 512,
      steps: 1,
      cfg_scale: 1,
      seed: 0,
      provider: ' builtin ',
      model: ' studio ',
      use_cache: false,
      max_retries: 0,
      priority: 'high',
      user_id: 2,
      project_id: 3,
    };
    expect(toRequest(read(body))).toEqual({
      type: 'image',
      prompt: PROMPT,
      mode: 'manual',
      visual: {
        camera_angle: 'low-angle',
        fov: 'wide',
        lighting: 'soft',
        color_palette: 'warm',
        composition: 'centered',
        style: 'cinematic',
      },
      negativePrompt: 'blur',
      width: 256,
      height: 512,
      steps: 1,
      cfgScale: 1,
      seed: 0,
      provider: 'builtin',
      model: 'studio',
      useCache: false,
      maxRetries: 0,
      priority: 'high',
      userId: 2,
      projectId: 3,
    });
  });

  it('takes an empty negative prompt for none', () => {
    expect(toRequest(read({ prompt: PROMPT, negative_prompt: '  ' })).negativePrompt).toBeNull();
  });
});

/** The contract's table, word for word: type, default and rule of each field that this version takes. */
const CONTRACT = {
  prompt: { type: 'string', required: true, min: 3, max: 2000 },
  mode: { type: 'enum', values: ['ai', 'manual'], default: 'ai' },
  camera_angle: {
    type: 'enum',
    values: ['eye-level', 'low-angle', 'high-angle', 'dutch-tilt', "bird's-eye"],
    default: null,
  },
  fov: { type: 'enum', values: ['wide', 'standard', 'telephoto'], default: null },
  lighting: {
    type: 'enum',
    values: ['natural', 'studio', 'dramatic', 'golden-hour', 'soft', 'hard'],
    default: null,
  },
  color_palette: {
    type: 'enum',
    values: ['vibrant', 'pastel', 'monochrome', 'warm', 'cool', 'neon'],
    default: null,
  },
  composition: { type: 'enum', values: ['rule-of-thirds', 'centered', 'dynamic', 'minimal'], default: null },
  style: { type: 'enum', values: ['photorealistic', 'cinematic', 'editorial', 'commercial'], default: null },
  negative_prompt: { type: 'string', min: 0, max: 2000, default: null },
  width: { type: 'integer', min: 256, max: 2048, multiple_of: 8, default: 1024 },
  height: { type: 'integer', min: 256, max: 2048, multiple_of: 8, default: 1024 },
  steps: { type: 'integer', min: 1, max: 150, default: 30 },
  cfg_scale: { type: 'number', min: 1, max: 30, default: 7 },
  seed: { type: 'integer', min: 0, max: 2 ** 32 - 1, default: 'random' },
  provider: { type: 'string', min: 1, max: 100, default: null },
  model: { type: 'string', min: 1, max: 200, default: null },
  use_cache: { type: 'boolean', default: true },
  max_retries: { type: 'integer', min: 0, max: 5, default: 3 },
  priority: { type: 'enum', values: ['low', 'normal', 'high'], default: 'normal' },
  user_id: { type: 'integer', min: 1, max: 2 ** 31 - 1, default: 1 },
  preset: { type: 'string', default: null, min: 3, max: 64 },
  expires_in: { type: 'integer', min: 1, max: 86_400, default: null },
  project_id: { type: 'integer', min: 1, max: 2 ** 31 - 1, default: null },
};

interface ToldRule {
  readonly type: string;
  readonly values?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly multiple_of?: number;
}
const TOLD = Object.entries(PARAMETERS.parameters as Readonly<Record<string, ToldRule>>);

/** Values at each limit that a rule tells, and beyond. */
const samplesOf = (rule: ToldRule): { readonly valid: readonly unknown[]; readonly invalid: readonly unknown[] } => {
  const { type, min = 0, max = 0, multiple_of: step = 1 } = rule;
  switch (type) {
    case 'enum':
      return {
        valid: rule.values ?? [],
        invalid: ['other', ...(rule.values ?? []).map((value) => value.toUpperCase())],
      };
    case 'boolean':
      return { valid: [true, false], invalid: ['true', 1] };
    case 'string':
      return {
        valid: ['x'.repeat(min), 'x'.repeat(max)],
        invalid: ['x'.repeat(max + 1), ...(min > 0 ? ['x'.repeat(min - 1)] : []), 5],
      };
    case 'integer':
      return { valid: [min, max - (max % step)], invalid: [min - step, max + step, min + step / 2, String(min)] };
    default:
      return { valid: [min, (min + max) / 2, max], invalid: [min - 0.01, max + 0.01, String(min)] };
  }
};

describe('GET /api/generate/parameters', () => {
  it("is the contract's table", () => {
    expect(PARAMETERS).toEqual({ parameters: CONTRACT });
  });

  it('names exactly the fields that a body may have', () => {
    expect(TOLD.map(([field]) => field).sort()).toEqual([...fieldsOf(GenerateDto).keys()].sort());
  });

  it.each(TOLD)('tells the limits that hold for %s', (field, rule) => {
    const { valid, invalid } = samplesOf(rule);
    expect(valid.filter((value) => issuesOfField(field, value).length > 0)).toEqual([]);
    expect(invalid.filter((value) => issuesOfField(field, value).length === 0)).toEqual([]);
    expect(invalid.length).toBeGreaterThan(1);
  });

  it('requires what a body cannot leave out, and nothing else', () => {
    const required = TOLD.filter(([, rule]) => 'required' in rule && rule.required === true).map(([field]) => field);
    expect(required).toEqual(issuesOf({}).map(({ loc }) => loc.at(-1)));
  });
});
