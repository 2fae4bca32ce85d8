import { readPrompt } from './prompt-reading.js';

describe('readPrompt', () => {
  it.each([
    ['landscape with mountains', 'mountains'],
    ['A lighthouse by the sea', 'sea'],
    ['futuristic cityscape', 'city'],
    ['enchanted forest', 'forest'],
    ['sand dunes at noon', 'desert'],
    ['vineyards in tuscany', 'meadow'],
    ['portrait of a woman', 'portrait'],
    ['portrait of a woman in a forest', 'portrait'],
    ['product photo of a perfume bottle', 'still-life'],
    ['spiral galaxy and planets', 'space'],
    ['pink peony', 'flower'],
    ['hope', 'abstract'],
    ['写真', 'abstract'],
    ['\u0000\ud800 ...', 'abstract'],
  ])('sees in “%s” the scene %s', (prompt, scene) => {
    expect(readPrompt(prompt, '').scene).toBe(scene);
  });

  it.each([
    ['mountains at midnight', 'night'],
    ['mountains at sunset', 'sunset'],
    ['mountains in the morning', 'dawn'],
    ['mountains at twilight', 'dusk'],
    ['mountains at noon', 'day'],
    ['mountains', null],
  ])('sees in “%s” the time of day %s', (prompt, time) => {
    expect(readPrompt(prompt, '').time).toBe(time);
  });

  it('finds whole words only, in singular and plural', () => {
    expect(readPrompt('a starship and a startup', '').wanted.has('stars')).toBe(false);
    expect(readPrompt('Stars above', '').wanted.has('stars')).toBe(true);
  });

  it('lets the negative prompt win over the prompt', () => {
    const reading = readPrompt('clouds over trees', 'clouds, blurry');
    expect(reading.wanted.has('clouds')).toBe(false);
    expect(reading.wanted.has('trees')).toBe(true);
    expect([...reading.unwanted].sort()).toEqual(['blur', 'clouds']);
  });

  it('lists the named colours in their order', () => {
    expect(readPrompt('a teal and crimson bowl', '').colors).toEqual([
      [0.49, 0.7, 0.55],
      [0.97, 0.85, 0.66],
    ]);
  });

  it('tells prompts apart by more than their keywords, but not by their white space', () => {
    expect(readPrompt('a lake', '').hash).not.toBe(readPrompt('the lake', '').hash);
    expect(readPrompt('a  lake ', '').hash).toBe(readPrompt('a lake', '').hash);
  });
});
