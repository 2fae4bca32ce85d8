/** Seconds between two moments, to the millisecond; 0 where clocks of two machines make it negative. @param from RFC 3339 */
export const elapsedSeconds = (from: string, to: Date): number =>
  Math.max(0, Math.round(to.getTime() - Date.parse(from)) / 1000);
