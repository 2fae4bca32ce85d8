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
});
