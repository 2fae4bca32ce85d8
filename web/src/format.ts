// How figures read. English and the person's own time zone; what is not known is a dash.

export const UNKNOWN = '–';

const NUMBER = new Intl.NumberFormat('en');
const LARGE_NUMBER = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 });
/** From here on a number is longer than the places that show one. */
const LARGE = 10_000_000;
const MONEY = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });
const SMALL_MONEY = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumFractionDigits: 4 });
const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const DAY_AND_CLOCK = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
/** A date without a time is a day in UTC, wherever it is read. */
const UTC_DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** All digits below ten millions, "12.35M" from there. */
export const count = (value: number): string => (value < LARGE ? NUMBER : LARGE_NUMBER).format(value);

/** "1 run", "2 runs". */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

const HOUR = 3_600;

/** @param seconds decimal; null where nothing was measured yet */
export const duration = (seconds: number | null): string => {
  if (seconds === null) return UNKNOWN;
  if (seconds < 1) return `${count(Math.round(seconds * 1000))} ms`;
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole >= 2 * HOUR)
    return `${count(Math.floor(whole / HOUR))} h ${String(Math.floor((whole % HOUR) / 60)).padStart(2, '0')} min`;
  return `${count(Math.floor(whole / 60))} min ${String(whole % 60).padStart(2, '0')} s`;
};

/** Part of a whole in percent; a dash where there is no whole. Neither 0 % nor 100 % unless it is exactly that. */
export const percent = (part: number, whole: number): string => {
  if (whole <= 0) return UNKNOWN;
  const exact = (part / whole) * 100;
  if (exact > 0 && exact < 0.1) return '< 0.1 %';
  if (exact < 100 && exact > 99.9) return '> 99.9 %';
  return `${Number(exact.toFixed(1)).toString()} %`;
};

/** Where something stands between nothing and the most, 0 to 1. */
export const share = (value: number, most: number): number => (most <= 0 ? 0 : Math.min(1, Math.max(0, value / most)));

/** @param usd dollars; below one with up to four decimals, as a picture costs less than a cent */
export const money = (usd: number): string => (usd > 0 && usd < 1 ? SMALL_MONEY : MONEY).format(usd);

const AGES = [
  { below: 60, seconds: 1, unit: 's' },
  { below: 3600, seconds: 60, unit: 'min' },
  { below: 86_400, seconds: 3600, unit: 'h' },
  { below: 7 * 86_400, seconds: 86_400, unit: 'd' },
] as const;

/** "12 s ago"; a day of the calendar after a week. What seems to come is a clock that goes differently, so it is now. */
export const ago = (at: number, now: number): string => {
  const seconds = Math.floor((now - at) / 1000);
  if (seconds < 3) return 'just now';
  const age = AGES.find(({ below }) => seconds < below);
  return age === undefined ? DAY.format(at) : `${String(Math.floor(seconds / age.seconds))} ${age.unit} ago`;
};

/** Date, time and zone in full. */
export const moment = (at: number): string => MOMENT.format(at);

/** hh:mm:ss. */
export const clock = (at: number): string => CLOCK.format(at);

export const dayAndClock = (at: number): string => DAY_AND_CLOCK.format(at);

/** @param date YYYY-MM-DD */
export const utcDay = (date: string): string => UTC_DAY.format(Date.parse(date));
