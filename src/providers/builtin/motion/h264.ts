import h264 from 'h264-mp4-encoder';
import { type Pixels } from '../develop.js';
import { readSamples, writeMp4 } from './mp4.js';
import { toYuv } from './yuv.js';

type WasmEncoder = Awaited<ReturnType<typeof h264.createH264MP4Encoder>>;

/** Quantiser, 10 (fine) – 51 (coarse): skies without bands at a tenth of a PNG's bytes for each frame. */
const QUANTISER = 25;
/** Search effort of the encoder, 0 (most) – 10. */
const SPEED = 5;
/** Seconds between two frames that a player can seek to. */
const SEEK_SECONDS = 1;

let files = 0;

/**
 * Encodes frames as H.264 (Baseline) in MP4, one by one, so that no more than one is in memory. Blocks its thread for about 50 ns a
 * pixel. The same frames give the same bytes.
 */
export class VideoEncoder {
  private readonly yuv: Uint8Array;

  private constructor(
    private readonly wasm: WasmEncoder,
    private readonly size: { readonly width: number; readonly height: number; readonly fps: number },
  ) {
    this.yuv = new Uint8Array((size.width * size.height * 3) / 2);
  }

  /** @param size even numbers of pixels, and frames a second */
  static async open(size: {
    readonly width: number;
    readonly height: number;
    readonly fps: number;
  }): Promise<VideoEncoder> {
    const wasm = await h264.createH264MP4Encoder();
    files += 1;
    wasm.outputFilename = `${String(files)}.mp4`;
    wasm.width = size.width;
    wasm.height = size.height;
    wasm.frameRate = size.fps;
    wasm.quantizationParameter = QUANTISER;
    wasm.speed = SPEED;
    wasm.groupOfPictures = Math.max(1, Math.round(size.fps * SEEK_SECONDS));
    wasm.initialize();
    return new VideoEncoder(wasm, size);
  }

  add(frame: Pixels): void {
    toYuv(frame, this.yuv);
    this.wasm.addFrameYuv(this.yuv);
  }

  /** The whole file. The encoder is of no use afterwards, nor after `discard`. */
  finish(): Buffer {
    const written = this.end();
    return writeMp4({ ...this.size, ...readSamples(Buffer.from(written.buffer, written.byteOffset, written.length)) });
  }

  /** Gives the encoder's memory back where nobody wants the file. */
  discard(): void {
    this.end();
  }

  private end(): Uint8Array {
    // An encoder that goes without an end complains on the standard error of the process.
    this.wasm.finalize();
    const written = this.wasm.FS.readFile(this.wasm.outputFilename);
    // All encoders of a thread share one file system in memory.
    this.wasm.FS.unlink(this.wasm.outputFilename);
    this.wasm.delete();
    return written;
  }
}
