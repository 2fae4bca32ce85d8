import type { MetricCatalogue } from '../../platform/telemetry/metric-set.js';

/** Of files, from 16 KiB to 256 MiB. */
const FILE_BYTES = [16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864, 268_435_456];
const STORAGE_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Of files and the storage that they are kept in. */
export const FILE_METRICS = {
  darkroom_artifacts_total: {
    type: 'counter',
    help: 'Files that were made for runs; what a run takes from another one was made once.',
    labels: {
      type: ['image', 'video', 'poster', 'preview'],
      content_type: ['image/png', 'image/jpeg', 'image/webp', 'video/mp4'],
    },
    across: 'sum',
  },
  darkroom_artifact_size_bytes: {
    type: 'histogram',
    help: 'Size of the files that were made for runs.',
    labels: { type: ['image', 'video', 'poster', 'preview'] },
    buckets: FILE_BYTES,
    across: 'sum',
  },
  darkroom_upload_bytes_total: {
    type: 'counter',
    help: 'Bytes of uploads that were taken in.',
    labels: { content_type: ['image/png', 'image/jpeg', 'image/webp'] },
    across: 'sum',
  },
  darkroom_storage_operation_duration_seconds: {
    type: 'histogram',
    help: 'Time of an operation of the storage: `keep` makes a file of an upload that has arrived, `open` looks at a whole file before its first byte, `missing`: there was no file to `read` or `open`.',
    labels: {
      operation: ['put', 'keep', 'read', 'open', 'stat', 'remove', 'check'],
      outcome: ['ok', 'missing', 'failed'],
    },
    buckets: STORAGE_SECONDS,
    across: 'sum',
  },
} as const satisfies MetricCatalogue;
