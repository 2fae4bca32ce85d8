import { percentile } from '../platform/measures/duration-sketch.policy.js';
import type { Endpoint, EndpointCounts } from './endpoint-counts.policy.js';
import type { EndpointStatistics, EndpointUse } from './endpoints.dto.js';

const MOST_LISTED = 20;

interface CountedEndpoint {
  readonly endpoint: Endpoint;
  readonly counts: EndpointCounts;
}

/** Microseconds as seconds. */
const inSeconds = (us: number): number => Number((us / 1e6).toFixed(6));

const useOf = ({ endpoint: { method, path }, counts }: CountedEndpoint): EndpointUse => {
  const p95 = percentile(counts.durations, 0.95);
  return {
    path,
    method,
    count: counts.requests,
    avg_response_time: counts.timed === 0 ? null : inSeconds(counts.timeUs / counts.timed),
    p95_response_time: p95 === null ? null : inSeconds(p95),
    error_count: counts.errors,
    last_accessed: counts.lastAccessed,
  };
};

/** The most used first; of two that are used as much, the one that was used later. */
export const endpointsOf = (all: readonly CountedEndpoint[], since: string | null): EndpointStatistics => ({
  total_requests: all.reduce((sum, { counts }) => sum + counts.requests, 0),
  endpoints: [...all]
    .sort(({ counts: a }, { counts: b }) =>
      a.requests === b.requests ? (a.lastAccessed < b.lastAccessed ? 1 : -1) : b.requests - a.requests,
    )
    .slice(0, MOST_LISTED)
    .map(useOf),
  since,
});
