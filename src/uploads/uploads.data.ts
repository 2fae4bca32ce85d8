/** What a file may be. */
export const UPLOAD_LIMITS = {
  /** 20 MB, as people say. */
  bytes: 20 * 2 ** 20,
  filename: { min: 1, max: 255 },
} as const;

/** The route that takes the bytes, for the server, which reads the bodies of all others as JSON. */
export const UPLOAD_BODIES = [{ method: 'PUT', path: /^\/api\/uploads\/[^/]+\/?$/i }] as const;
