import { Meter } from '../platform/telemetry/meter.js';

/** An attempt that was put off because its provider has no room for it now. */
export interface Postponement {
  readonly provider: string;
}

/** Tells of each time that the limits of a provider put off an attempt of this process. */
export class PostponementMeter extends Meter<Postponement> {}
