import type {
  CategorySuggestions,
  EnhancedPrompt,
  EnhanceDto,
  RandomPromptsDto,
  SuggestionCategories,
  SuggestionMatchDto,
} from './suggestions.dto.js';

/** Answers of a real process, for the OpenAPI document; test/e2e holds the process to them. */
export const MATCHES = {
  prefix: [{ text: 'portrait of a woman', category: 'subjects', description: 'Human portrait', match_type: 'prefix' }],
  fuzzy: [
    {
      text: 'cinematic film still',
      category: 'styles',
      description: 'A frame out of a film',
      match_type: 'fuzzy',
    },
    {
      text: 'dramatic lighting',
      category: 'lighting',
      description: 'Strong contrast of light and shadow',
      match_type: 'semantic',
    },
  ],
  semantic: [
    {
      text: 'mysterious ambiance',
      category: 'mood',
      description: 'Something is hidden here',
      match_type: 'semantic',
    },
  ],
} satisfies Record<string, readonly SuggestionMatchDto[]>;

export const CATEGORIES = {
  categories: [
    { name: 'subjects', count: 8 },
    { name: 'styles', count: 10 },
    { name: 'lighting', count: 8 },
    { name: 'camera', count: 8 },
    { name: 'quality', count: 7 },
    { name: 'mood', count: 6 },
    { name: 'colors', count: 6 },
  ],
} satisfies SuggestionCategories;

export const CATEGORY = {
  category: 'mood',
  suggestions: [
    { text: 'peaceful atmosphere', description: 'Quiet, at rest' },
    { text: 'dramatic mood', description: 'Tension that is about to break' },
    { text: 'mysterious ambiance', description: 'Something is hidden here' },
    { text: 'joyful energy', description: 'Happiness that moves' },
    { text: 'romantic atmosphere', description: 'Tender, for two' },
    { text: 'melancholic mood', description: 'A beautiful sadness' },
  ],
} satisfies CategorySuggestions;

export const ENHANCE_REQUESTS = {
  quality: { summary: 'Quality alone, as by default', value: { prompt: 'a castle above the clouds' } },
  everything: {
    summary: 'Quality, style and lighting',
    value: { prompt: 'a dragon above a castle at night', add_style: true, add_lighting: true },
  },
  nothing: {
    summary: 'A prompt that says it already',
    value: { prompt: 'oil painting of a fox, ultra-detailed, professional quality', add_style: true },
  },
} satisfies Record<string, { readonly summary: string; readonly value: EnhanceDto }>;

export const ENHANCED = {
  quality: {
    original: 'a castle above the clouds',
    enhanced: 'a castle above the clouds, highly detailed, professional quality',
    additions: ['highly detailed, professional quality'],
  },
  everything: {
    original: 'a dragon above a castle at night',
    enhanced: 'a dragon above a castle at night, highly detailed, professional quality, digital art, moonlight',
    additions: ['highly detailed, professional quality', 'digital art', 'moonlight'],
  },
  nothing: {
    original: 'oil painting of a fox, ultra-detailed, professional quality',
    enhanced: 'oil painting of a fox, ultra-detailed, professional quality',
    additions: [],
  },
} satisfies Record<string, EnhancedPrompt>;

export const RANDOM_PROMPTS = {
  prompts: [
    {
      prompt: 'portrait of a woman, photorealistic, neon lights, 8k uhd',
      components: {
        subject: 'portrait of a woman',
        style: 'photorealistic',
        lighting: 'neon lights',
        quality: '8k uhd',
      },
    },
    {
      prompt: 'still life with flowers, watercolor, rim lighting, award winning',
      components: {
        subject: 'still life with flowers',
        style: 'watercolor',
        lighting: 'rim lighting',
        quality: 'award winning',
      },
    },
  ],
} satisfies RandomPromptsDto;
