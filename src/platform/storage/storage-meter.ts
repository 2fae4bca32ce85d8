import { Meter } from '../telemetry/meter.js';

/** An operation of the storage that has come to its end. */
export interface StorageMeasure {
  /** `keep` makes a blob of what has arrived; the arriving itself goes at the pace of whoever sends and is not measured. */
  readonly operation: 'put' | 'keep' | 'read' | 'open' | 'stat' | 'remove' | 'check';
  readonly outcome: 'ok' | 'missing' | 'failed';
  readonly seconds: number;
}

/** Tells how long operations of the storage take. */
export class StorageMeter extends Meter<StorageMeasure> {}
