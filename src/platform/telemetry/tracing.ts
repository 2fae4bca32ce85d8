import type { Config } from '../config/config.js';

/** The tracing of this process. */
export interface Tracing {
  /** Sends what has not been sent yet and ends; resolves after two seconds at the latest, and never rejects. */
  stop(): Promise<void>;
}

const OFF: Tracing = { stop: () => Promise.resolve() };

const isWanted = (config: Config): boolean => {
  if (config.get('OTEL_SDK_DISABLED') || config.get('OTEL_TRACES_EXPORTER') === 'none') return false;
  const endpoints = [config.get('OTEL_EXPORTER_OTLP_ENDPOINT'), config.get('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT')];
  return config.get('OTEL_TRACES_EXPORTER') !== null || endpoints.some((endpoint) => endpoint !== null);
};

/**
 * Begins to record traces where the environment names somebody to send them to; the SDK is not even loaded elsewhere. To be awaited before the
 * first connection to the database is made, as those that are there already are not traced.
 * @param version of the program
 */
export const startTracing = async (config: Config, version: string): Promise<Tracing> => {
  if (!isWanted(config)) return OFF;
  const { startSdk } = await import('./tracing-sdk.js');
  return startSdk(config, version);
};
