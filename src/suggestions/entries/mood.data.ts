import { entriesOf } from './suggestion.data.js';

export const MOOD = entriesOf('mood', [
  [
    'peaceful atmosphere',
    'Quiet, at rest',
    'peaceful mood, calm atmosphere, tranquil mood, serene atmosphere, serene mood, tranquil atmosphere',
    'calm, tranquil, serene, quiet, relaxing, relaxed, zen, gentle, still, meditation, harmony, lake, restful',
  ],
  [
    'dramatic mood',
    'Tension that is about to break',
    'dramatic atmosphere, intense mood, tense atmosphere, epic mood, intense atmosphere',
    'tense, intense, tension, epic, storm, conflict, powerful, thrilling, emotional, cinematic, passion, stormy, thunder',
  ],
  [
    'mysterious ambiance',
    'Something is hidden here',
    'mysterious atmosphere, mysterious mood, mysterious ambience, spooky atmosphere, eerie mood, eerie atmosphere, haunting mood, creepy atmosphere',
    'spooky, eerie, creepy, haunted, ghost, ghostly, halloween, horror, scary, dark, enigmatic, mystery, mystic, fog, foggy, shadow, secret, gothic, uncanny, sinister, night',
  ],
  [
    'joyful energy',
    'Happiness that moves',
    'joyful mood, cheerful mood, happy atmosphere, playful mood, cheerful atmosphere, festive mood',
    'happy, happiness, cheerful, joy, fun, playful, festive, celebration, party, laughing, smile, bright, lively, dancing, birthday',
  ],
  [
    'romantic atmosphere',
    'Tender, for two',
    'romantic mood, romantic ambiance, intimate mood, intimate atmosphere',
    'romance, love, lovers, couple, tender, intimate, wedding, kiss, valentine, candlelight, sunset, dreamy, paris, heart',
  ],
  [
    'melancholic mood',
    'A beautiful sadness',
    'melancholy mood, melancholic atmosphere, somber mood, sad mood, wistful mood, nostalgic mood, gloomy atmosphere',
    'sad, sadness, melancholy, lonely, loneliness, solitude, rain, rainy, gloomy, somber, nostalgia, nostalgic, longing, grief, autumn, blue, gray',
  ],
]);
