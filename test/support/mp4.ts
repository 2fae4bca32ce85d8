/** What an MP4 says of itself, read by nothing that the program writes it with (ISO/IEC 14496-12). */
export interface Mp4Facts {
  /** Types of the outermost boxes, in their order. */
  readonly boxes: readonly string[];
  readonly width: number;
  readonly height: number;
  /** Seconds. */
  readonly duration: number;
  readonly frames: number;
  readonly fps: number;
  /** Numbers of the frames that can be sought to, from 1. */
  readonly keyframes: readonly number[];
  /** Times of creation and change, of the movie, its track and its media. */
  readonly times: readonly number[];
  /** As in a `codecs` parameter (RFC 6381). */
  readonly codec: string;
  /** NAL units of the parameter sets, which a decoder needs first. */
  readonly parameterSets: readonly Buffer[];
  /** NAL units of each frame. */
  readonly units: readonly (readonly Buffer[])[];
}

interface Found {
  readonly type: string;
  readonly at: number;
  readonly end: number;
}

const childrenOf = (file: Buffer, start: number, end: number): readonly Found[] => {
  const found: Found[] = [];
  for (let at = start; at < end;) {
    const size = file.readUInt32BE(at);
    if (size < 8 || at + size > end) throw new Error(`A box at ${String(at)} has ${String(size)} bytes.`);
    found.push({ type: file.toString('latin1', at + 4, at + 8), at: at + 8, end: at + size });
    at += size;
  }
  return found;
};

/** Pieces that follow each other, each after its length. */
const piecesOf = (bytes: Buffer, start: number, end: number, lengthBytes: 2 | 4): readonly Buffer[] => {
  const pieces: Buffer[] = [];
  for (let at = start; at < end;) {
    const first = at + lengthBytes;
    at = first + bytes.readUIntBE(at, lengthBytes);
    if (at > end) throw new Error(`A NAL unit at ${String(first)} is longer than what it is in.`);
    pieces.push(bytes.subarray(first, at));
  }
  return pieces;
};

/** One sequence and one picture parameter set of an AVCDecoderConfigurationRecord. */
const parameterSetsOf = (file: Buffer, at: number): readonly Buffer[] => {
  const first = at + 6;
  const second = first + 2 + file.readUInt16BE(first) + 1;
  return [
    ...piecesOf(file, first, second - 1, 2),
    ...piecesOf(file, second, second + 2 + file.readUInt16BE(second), 2),
  ];
};

/** Reads the facts of an MP4 with one video track. @throws where it is none */
export const readMp4 = (file: Buffer): Mp4Facts => {
  const top = childrenOf(file, 0, file.length);
  const descend = (...path: readonly string[]): Found =>
    path.reduce<Found>(
      (inside, type) => {
        const child = childrenOf(file, inside.at, inside.end).find((each) => each.type === type);
        if (child === undefined) throw new Error(`There is no ${path.join('/')}.`);
        return child;
      },
      { type: 'file', at: 0, end: file.length },
    );
  const number = (box: Found, offset: number): number => file.readUInt32BE(box.at + offset);
  const table = (box: Found, offset: number): readonly number[] =>
    Array.from({ length: number(box, offset - 4) }, (_, index) => number(box, offset + index * 4));
  const tables = ['moov', 'trak', 'mdia', 'minf', 'stbl'];
  const movie = descend('moov', 'mvhd');
  const track = descend('moov', 'trak', 'tkhd');
  const media = descend('moov', 'trak', 'mdia', 'mdhd');
  const sizes = table(descend(...tables, 'stsz'), 12);
  // One entry, for all samples: their number, and the units that each lasts.
  const unitsOfFrame = number(descend(...tables, 'stts'), 12);
  // The sample entry follows the full box and the count of entries; its own boxes follow 78 bytes of fields.
  const entry = descend(...tables, 'stsd');
  const avc = file.indexOf('avcC', entry.at, 'latin1') + 4;
  const [offset = 0] = table(descend(...tables, 'stco'), 8);
  const bytesOfFrames = sizes.reduce((sum, size) => sum + size, 0);
  const data = top.find(({ type }) => type === 'mdat');
  if (offset !== data?.at || bytesOfFrames !== data.end - data.at)
    throw new Error('The samples are not where the tables say.');
  return {
    boxes: top.map(({ type }) => type),
    width: number(track, 76) / 65536,
    height: number(track, 80) / 65536,
    duration: number(media, 16) / number(media, 12),
    frames: sizes.length,
    fps: number(media, 12) / unitsOfFrame,
    keyframes: table(descend(...tables, 'stss'), 8),
    times: [movie, track, media].flatMap((box) => [number(box, 4), number(box, 8)]),
    codec: `avc1.${file.toString('hex', avc + 1, avc + 4)}`,
    parameterSets: parameterSetsOf(file, avc),
    units: sizes.map((size, index) => {
      const start = offset + sizes.slice(0, index).reduce((sum, each) => sum + each, 0);
      return piecesOf(file, start, start + size, 4);
    }),
  };
};
