import { addDuration, type DurationSketch } from '../platform/measures/duration-sketch.policy.js';

/** Where requests are counted. */
export interface Endpoint {
  readonly method: string;
  /** Pattern of a route. */
  readonly path: string;
}

/** What is known of the requests to an endpoint together. */
export interface EndpointCounts {
  requests: number;
  /** Answers with a status of 400 or more. */
  errors: number;
  /** Requests whose duration is known, and its sum in microseconds. */
  timed: number;
  timeUs: number;
  /** In microseconds. */
  readonly durations: DurationSketch;
  /** RFC 3339. */
  lastAccessed: string;
}

/** One request that is over. */
export interface CountedRequest {
  readonly status: number;
  /** Null where nobody knows. */
  readonly seconds: number | null;
  readonly at: Date;
}

/** Requests that no route took, and those to reported endpoints beyond the bound. */
export const OTHER: Endpoint = { method: '*', path: '(other)' };

/** How many endpoints there may be before a reported one that is new is counted under OTHER; routes of this API always have room. */
export const MOST_ENDPOINTS = 500;

const ID = /^(?:\d+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{16,})$/i;

/** The pattern of a path that somebody reports: without its query, with `:id` for whatever is an id. */
export const patternOfPath = (path: string): string => {
  const segments = path.replace(/[?#].*$/s, '').split('/');
  const pattern = segments.map((segment) => (ID.test(segment) ? ':id' : segment)).join('/');
  return pattern.length > 1 ? pattern.replace(/\/+$/, '') || '/' : pattern;
};

const noRequests = (): EndpointCounts => ({
  requests: 0,
  errors: 0,
  timed: 0,
  timeUs: 0,
  durations: new Map(),
  lastAccessed: '',
});

export const addEndpointCounts = (sum: EndpointCounts, more: EndpointCounts): void => {
  sum.requests += more.requests;
  sum.errors += more.errors;
  sum.timed += more.timed;
  sum.timeUs += more.timeUs;
  for (const [bucket, count] of more.durations) sum.durations.set(bucket, (sum.durations.get(bucket) ?? 0) + count);
  if (more.lastAccessed > sum.lastAccessed) sum.lastAccessed = more.lastAccessed;
};

interface Entry {
  readonly endpoint: Endpoint;
  /** Whether it is a route of this API: of these there are only so many. */
  readonly isRoute: boolean;
  readonly counts: EndpointCounts;
}

const keyOf = ({ method, path }: Endpoint): string => `${method} ${path}`;

/** Requests by endpoint, in bounded space. */
export class EndpointTally {
  private readonly entries = new Map<string, Entry>();

  get size(): number {
    return this.entries.size;
  }

  take(endpoint: Endpoint, isRoute: boolean, { status, seconds, at }: CountedRequest): void {
    const { counts } = this.entry(endpoint, isRoute);
    counts.requests += 1;
    if (status >= 400) counts.errors += 1;
    if (seconds !== null) {
      const us = Math.round(seconds * 1e6);
      counts.timed += 1;
      counts.timeUs += us;
      addDuration(counts.durations, us);
    }
    const time = at.toISOString();
    if (time > counts.lastAccessed) counts.lastAccessed = time;
  }

  /** Adds counts; those of an endpoint that has no room go to OTHER. */
  add(endpoint: Endpoint, isRoute: boolean, counts: EndpointCounts): void {
    addEndpointCounts(this.entry(endpoint, isRoute).counts, counts);
  }

  addAll(other: EndpointTally): void {
    for (const { endpoint, isRoute, counts } of other.entries.values()) this.add(endpoint, isRoute, counts);
  }

  counts(): { readonly endpoint: Endpoint; readonly counts: EndpointCounts }[] {
    return [...this.entries.values()];
  }

  private entry(endpoint: Endpoint, isRoute: boolean): Entry {
    const known = this.entries.get(keyOf(endpoint));
    if (known) return known;
    const hasRoom = isRoute || this.entries.size < MOST_ENDPOINTS;
    if (!hasRoom) return this.entry(OTHER, true);
    const entry = { endpoint, isRoute, counts: noRequests() };
    this.entries.set(keyOf(endpoint), entry);
    return entry;
  }
}
