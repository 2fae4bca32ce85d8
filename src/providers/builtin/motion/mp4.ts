import { box, findBox, fullBox, u16, u32 } from './boxes.js';
import { levelOf } from './h264-level.js';

/** What an MP4 holds: one track of H.264 pictures that all last equally long. */
export interface VideoTrack {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Sequence and picture parameters as an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3). */
  readonly configuration: Buffer;
  /** One access unit a frame, NAL units with lengths of four bytes. */
  readonly samples: readonly Buffer[];
}

/** Units of a second for each frame a second, so that every frame lasts a whole number of units, at fractions of a frame too. */
const UNITS = 1000;

const IDENTITY = u32(0x00010000, 0, 0, 0, 0x00010000, 0, 0, 0, 0x40000000);

/** Whether decoding can begin at an access unit: one of its NAL units is an instantaneous refresh (type 5). */
const isKeyframe = (sample: Buffer): boolean => {
  for (let at = 0; at + 4 < sample.length; at += 4 + sample.readUInt32BE(at)) {
    if (((sample[at + 4] ?? 0) & 31) === 5) return true;
  }
  return false;
};

/**
 * The encoder writes a level that does not exist (4.3) and leaves open whether the stream keeps to what decoders of the Baseline and the Main
 * profile share; it does, so the flags of both are set and the smallest level that holds is named (ITU-T H.264, A.2 and A.3).
 */
const honest = (configuration: Buffer, track: VideoTrack): Buffer => {
  const corrected = Buffer.from(configuration);
  const level = levelOf(track);
  // The record repeats the three bytes that follow the type of the first parameter set, which stands at 8.
  for (const at of [1, 9]) {
    corrected[at + 1] = 0xc0;
    corrected[at + 2] = level;
  }
  return corrected;
};

/** Sample description: H.264 in BT.709 with limited range, which `colr` says so that no player has to guess. */
const descriptionOf = (track: VideoTrack): Buffer => {
  const entry = box(
    'avc1',
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]),
    Buffer.alloc(16),
    u16(track.width, track.height),
    u32(0x00480000, 0x00480000, 0),
    u16(1),
    Buffer.alloc(32),
    u16(24, 0xffff),
    box('avcC', honest(track.configuration, track)),
    box('colr', Buffer.from('nclx', 'latin1'), u16(1, 1, 1), Buffer.from([0])),
  );
  return fullBox('stsd', 0, u32(1), entry);
};

/** The tables of the samples, which all lie in one chunk at an offset. */
const tablesOf = (track: VideoTrack, offset: number): Buffer => {
  const { samples } = track;
  const keys = samples.flatMap((sample, index) => (isKeyframe(sample) ? [index + 1] : []));
  return box(
    'stbl',
    descriptionOf(track),
    fullBox('stts', 0, u32(1, samples.length, UNITS)),
    fullBox('stss', 0, u32(keys.length, ...keys)),
    fullBox('stsc', 0, u32(1, 1, samples.length, 1)),
    fullBox('stsz', 0, u32(0, samples.length, ...samples.map(({ length }) => length))),
    fullBox('stco', 0, u32(1, offset)),
  );
};

const movieOf = (track: VideoTrack, offset: number): Buffer => {
  const scale = Math.round(track.fps * UNITS);
  const duration = track.samples.length * UNITS;
  // Times of creation stay 0: the same frames give the same bytes.
  const media = box(
    'mdia',
    fullBox('mdhd', 0, u32(0, 0, scale, duration), u16(0x55c4, 0)),
    fullBox('hdlr', 0, u32(0), Buffer.from('vide', 'latin1'), Buffer.alloc(12), Buffer.from('Video\0', 'latin1')),
    box(
      'minf',
      fullBox('vmhd', 1, Buffer.alloc(8)),
      box('dinf', fullBox('dref', 0, u32(1), fullBox('url ', 1))),
      tablesOf(track, offset),
    ),
  );
  const header = fullBox(
    'tkhd',
    3,
    u32(0, 0, 1, 0, duration, 0, 0, 0, 0),
    IDENTITY,
    u32(track.width * 65536, track.height * 65536),
  );
  return box(
    'moov',
    fullBox(
      'mvhd',
      0,
      u32(0, 0, scale, duration, 0x00010000),
      u16(0x0100),
      Buffer.alloc(10),
      IDENTITY,
      Buffer.alloc(24),
      u32(2),
    ),
    box('trak', header, media),
  );
};

/**
 * An MP4 (ISO/IEC 14496-12 and -15) that says what is in it before the pictures come, so that it plays while it is loaded, and which frames can be
 * sought to. It carries no time of its making: the same track gives the same bytes.
 */
export const writeMp4 = (track: VideoTrack): Buffer => {
  const type = box('ftyp', Buffer.from('isom', 'latin1'), u32(512), Buffer.from('isomiso2avc1mp41', 'latin1'));
  const offset = type.length + movieOf(track, 0).length + 8;
  return Buffer.concat([type, movieOf(track, offset), box('mdat', ...track.samples)]);
};

/**
 * The pictures of an MP4 with one track and its samples one after the other.
 * @throws Error where it is built otherwise
 */
export const readSamples = (file: Buffer): Pick<VideoTrack, 'configuration' | 'samples'> => {
  const tables = findBox(file, ['moov', 'trak', 'mdia', 'minf', 'stbl']);
  // Version and flags, the number of entries, and the fields of the first before its boxes.
  const entry = findBox(findBox(tables, ['stsd']).subarray(8), ['avc1']);
  const configuration = findBox(entry.subarray(78), ['avcC']);
  const sizes = findBox(tables, ['stsz']);
  const media = findBox(file, ['mdat']);
  // Samples that are all of one size, a single one among them, have no table: it stands in its place.
  const sizeOfAll = sizes.readUInt32BE(4);
  const samples: Buffer[] = [];
  let at = 0;
  for (let index = 0; index < sizes.readUInt32BE(8); index += 1) {
    const size = sizeOfAll === 0 ? sizes.readUInt32BE(12 + index * 4) : sizeOfAll;
    samples.push(media.subarray(at, at + size));
    at += size;
  }
  if (at !== media.length) throw new Error(`The samples are ${String(at)} bytes of ${String(media.length)}`);
  return { configuration, samples };
};
