import { Meter } from '../platform/telemetry/meter.port.js';

/** An attempt that was put off because its provider has no room for it now. */
export interface Postponement {
  /** The provider. */
  readonly postponed: string;
}

/** Tells of what the limits of providers do to attempts of this process. */
export class ProviderMeter extends Meter<Postponement> {}
