const two = (value: number): string => String(value).padStart(2, '0');

/** Seconds as hours, minutes and seconds, `3:25:45`; the hours go on beyond a day. Parts of a second are left out. */
export const formatUptime = (seconds: number): string => {
  const whole = Math.floor(seconds);
  return `${String(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
};
