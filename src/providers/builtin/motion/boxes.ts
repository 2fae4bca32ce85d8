/** A box of an ISO base media file (ISO/IEC 14496-12, 4.2): its four-letter type and its payload. */
export interface Box {
  readonly type: string;
  readonly payload: Buffer;
}

/**
 * The boxes of a buffer, in their order.
 * @throws Error where a size does not fit
 */
export const readBoxes = (buffer: Buffer): readonly Box[] => {
  const boxes: Box[] = [];
  for (let at = 0; at < buffer.length;) {
    const size = at + 8 <= buffer.length ? buffer.readUInt32BE(at) : 0;
    if (size < 8 || at + size > buffer.length) throw new Error(`No box of ${String(size)} bytes fits at ${String(at)}`);
    boxes.push({ type: buffer.toString('latin1', at + 4, at + 8), payload: buffer.subarray(at + 8, at + size) });
    at += size;
  }
  return boxes;
};

/** The payload of the box that a path of types leads to, the first of each type. @throws Error where there is none */
export const findBox = (buffer: Buffer, path: readonly string[]): Buffer =>
  path.reduce((inside, type) => {
    const found = readBoxes(inside).find((box) => box.type === type);
    if (found === undefined) throw new Error(`There is no box ${path.join('/')}`);
    return found.payload;
  }, buffer);

/** A box around what follows its header, concatenated. */
export const box = (type: string, ...parts: readonly Buffer[]): Buffer => {
  const payload = Buffer.concat(parts);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(payload.length + 8, 0);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, payload]);
};

/** A box with the version 0 and flags. */
export const fullBox = (type: string, flags: number, ...parts: readonly Buffer[]): Buffer =>
  box(type, u32(flags), ...parts);

/** Big-endian numbers of 32 bits, one after the other. */
export const u32 = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => buffer.writeUInt32BE(value, index * 4));
  return buffer;
};

/** Big-endian numbers of 16 bits, one after the other. */
export const u16 = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => buffer.writeUInt16BE(value, index * 2));
  return buffer;
};
