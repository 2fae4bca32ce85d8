import { readMp4 } from '../../../../test/support/mp4.js';
import { levelOf } from './h264-level.js';
import { readSamples, type VideoTrack, writeMp4 } from './mp4.js';

/** NAL units of the given types, each with its length. */
const sample = (...types: readonly number[]): Buffer =>
  Buffer.concat(types.map((type) => Buffer.from([0, 0, 0, 3, 0x60 | type, 1, 2])));

/** As the encoder leaves it: Baseline, no flags, level 4.3. */
const CONFIGURATION = Buffer.from('0142002bffe100086742002b00112233010003680102', 'hex');

const track = (changes: Partial<VideoTrack> = {}): VideoTrack => ({
  width: 264,
  height: 328,
  fps: 24,
  configuration: CONFIGURATION,
  samples: [sample(7, 8, 5), sample(1), sample(1), sample(5), sample(1)],
  ...changes,
});

describe('writeMp4', () => {
  it('says size, rate, duration and where one can seek to, before the frames', () => {
    expect(readMp4(writeMp4(track()))).toMatchObject({
      boxes: ['ftyp', 'moov', 'mdat'],
      width: 264,
      height: 328,
      fps: 24,
      frames: 5,
      duration: 5 / 24,
      keyframes: [1, 4],
    });
  });

  it.each([1, 7, 23.976, 29.97, 60])('keeps a rate of %d frames a second', (fps) => {
    const facts = readMp4(writeMp4(track({ fps })));
    expect(facts.fps).toBeCloseTo(fps, 3);
    expect(facts.duration).toBeCloseTo(5 / fps, 4);
  });

  it('carries no time of its making', () => {
    expect(readMp4(writeMp4(track())).times).toEqual([0, 0, 0, 0, 0, 0]);
    expect(writeMp4(track()).equals(writeMp4(track()))).toBe(true);
  });

  it('names a level that exists, in both places, and the profiles that the stream keeps to', () => {
    const file = writeMp4(track({ width: 1024, height: 1024, fps: 30 }));
    expect(readMp4(file).codec).toBe('avc1.42c020');
    expect(readSamples(file).configuration.toString('hex')).toBe('0142c020ffe100086742c02000112233010003680102');
  });

  it('gives back the samples that it wrote', () => {
    const { samples } = track();
    expect(readSamples(writeMp4(track())).samples).toEqual(samples);
  });
});

describe('readSamples', () => {
  it('knows samples that are all of one size, which is said once', () => {
    const samples = [sample(5), sample(1), sample(1)];
    const file = writeMp4(track({ samples }));
    const sizes = file.indexOf('stsz', 0, 'latin1') + 4;
    file.writeUInt32BE(7, sizes + 4);
    // A table that is there all the same would not be looked at.
    file.fill(0xff, sizes + 12, sizes + 24);
    expect(readSamples(file).samples).toEqual(samples);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['no boxes', Buffer.from('this is not a film at all')],
    ['half a file', writeMp4(track()).subarray(0, 300)],
    ['a file that lost its end', writeMp4(track()).subarray(0, -3)],
  ])('refuses %s', (_what, file) => {
    expect(() => readSamples(file)).toThrow();
  });
});

describe('levelOf', () => {
  it.each([
    [256, 256, 1, 30],
    [512, 512, 24, 30],
    [1280, 720, 30, 31],
    [1024, 1024, 60, 40],
    [2048, 256, 24, 31],
    [2048, 2048, 24, 50],
    [2048, 2048, 60, 51],
  ])('of %d × %d at %d frames a second is %d', (width, height, fps, level) => {
    expect(levelOf({ width, height, fps })).toBe(level);
  });
});
