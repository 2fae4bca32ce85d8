import { motionOf } from './motion.policy.js';

describe('the motion of a video', () => {
  it.each([
    ['a harbour in the morning', 'smooth'],
    ['Time-lapse of clouds', 'time-lapse'],
    ['a timelapse of a flower that opens', 'time-lapse'],
    ['a handheld shot in a crowd', 'handheld'],
    ['VLOG in Lisbon', 'handheld'],
    ['a vlogger’s dog, a hand held high', 'smooth'],
    ['an accelerator in a tunnel', 'smooth'],
  ])('is read from its prompt: %s', (prompt, motion) => {
    expect(motionOf(prompt)).toBe(motion);
  });

  it.each([
    ['{prompt}, smooth camera movements', 'smooth'],
    ['{prompt}, casual, natural movements', 'handheld'],
    ['{prompt}, accelerated motion', 'time-lapse'],
    ['{prompt}, in the rain', 'smooth'],
  ])('is read from the template of its preset where the prompt says nothing: %s', (template, motion) => {
    expect(motionOf('a harbour in the morning', template)).toBe(motion);
  });

  it('is that of the prompt where both say one', () => {
    expect(motionOf('a time-lapse of clouds', '{prompt}, casual, natural movements')).toBe('time-lapse');
    expect(motionOf('smooth camera movement along a wall', '{prompt}, accelerated motion')).toBe('smooth');
  });
});
