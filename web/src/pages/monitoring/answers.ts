// What the routes of /api/monitoring answer, as their part of the contract says. Durations are in seconds, times RFC 3339.

export interface SystemStats {
  readonly total_jobs: number;
  readonly jobs_completed: number;
  readonly jobs_failed: number;
  readonly jobs_cancelled: number;
  readonly jobs_pending: number;
  /** Null before the first job has completed. */
  readonly avg_generation_time: number | null;
  readonly uptime_seconds: number;
  /** When the counts were last reset; null where they never were. */
  readonly since: string | null;
}

export interface UsageStats {
  readonly total_images_generated: number;
  readonly total_videos_generated: number;
  readonly total_workflows_executed: number;
  readonly total_datasets_created: number;
  readonly total_training_jobs: number;
  readonly total_downloads: number;
}

/** A run of the recent past. */
export interface Activity {
  readonly type: string;
  readonly status: string;
  readonly prompt: string;
  readonly run_id: string;
  readonly timestamp: string;
}

export interface PresetCount {
  readonly preset: string;
  readonly count: number;
}

export interface CacheFigures {
  readonly hits: number;
  readonly misses: number;
  /** Of the misses, those that joined a run under way. */
  readonly joined: number;
  /** 0 to 1. */
  readonly hit_rate: number;
  readonly saved_usd: number;
}

export interface QueueFigures {
  /** Due, and not taken. */
  readonly waiting: number;
  /** Waiting for their time. */
  readonly delayed: number;
  /** Taken by a live worker. */
  readonly active: number;
  /** `gte`: a number of a thousand stands for as many or more. */
  readonly relation: 'eq' | 'gte';
}

/** GET /api/monitoring/dashboard */
export interface Dashboard {
  readonly system: SystemStats;
  readonly usage: UsageStats;
  readonly uptime_formatted: string;
  readonly recent_activity: readonly Activity[];
  readonly popular_presets: readonly PresetCount[];
  readonly cache: CacheFigures;
  /** Null while it does not answer. */
  readonly queue: QueueFigures | null;
  readonly timestamp: string;
}

/** GET /api/monitoring/health */
export interface MonitoringHealth {
  readonly status: 'healthy' | 'degraded';
}

export interface RecentError {
  readonly timestamp: string;
  /** generation, job or http. */
  readonly type: string;
  readonly category: string;
  readonly message: string;
  readonly path: string | null;
  readonly run_id: string | null;
  readonly trace_id: string | null;
}

/** GET /api/monitoring/errors/recent */
export interface RecentErrors {
  readonly errors: readonly RecentError[];
}

export interface EndpointStats {
  readonly path: string;
  readonly method: string;
  readonly count: number;
  readonly avg_response_time: number | null;
  readonly p95_response_time: number | null;
  readonly error_count: number;
  readonly last_accessed: string;
}

/** GET /api/monitoring/stats/endpoints: the most used. */
export interface Endpoints {
  readonly total_requests: number;
  readonly endpoints: readonly EndpointStats[];
}

export interface Day {
  /** YYYY-MM-DD in UTC. */
  readonly date: string;
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
}

/** GET /api/generate/statistics, of which the page shows this. */
export interface Statistics {
  readonly p95_generation_time: number | null;
  readonly total_cost_usd: number;
  readonly daily: readonly Day[];
}
