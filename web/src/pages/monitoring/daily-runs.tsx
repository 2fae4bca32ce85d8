import type { ReactNode } from 'react';
import { count, counted, share, utcDay } from '../../format.js';
import type { Day } from './answers.js';

const HEIGHT = 100;
/** A day with a single run among thousands still shows. */
const LEAST = 3;

const heightOf = (value: number, most: number): number =>
  value === 0 ? 0 : Math.max(LEAST, Math.round(share(value, most) * HEIGHT));

const wordsOf = ({ date, total, completed, failed }: Day): string =>
  `${utcDay(date)}: ${counted(total, 'run')}, ${count(completed)} completed, ${count(failed)} failed`;

/** What the chart shows, for who cannot see it. */
const summary = (days: readonly Day[]): string => {
  const total = days.reduce((sum, day) => sum + day.total, 0);
  const busiest = days.reduce((most, day) => (day.total > most.total ? day : most), days[0] ?? { date: '', total: 0 });
  const words = `${counted(total, 'run')} in ${String(days.length)} days`;
  return total === 0 ? words : `${words}, most on ${utcDay(busiest.date)} with ${count(busiest.total)}`;
};

/** A column for each day, oldest first. */
export const DailyRuns = ({ days }: { readonly days: readonly Day[] }): ReactNode => {
  const most = Math.max(1, ...days.map(({ total }) => total));
  const [first, last] = [days[0], days.at(-1)];
  return (
    <figure className="daily">
      <figcaption className="daily__title">Runs per day</figcaption>
      <svg
        className="daily__chart"
        role="img"
        aria-label={summary(days)}
        viewBox={`0 0 ${String(days.length * 10)} ${String(HEIGHT)}`}
        preserveAspectRatio="none"
      >
        {days.map((day, index) => {
          const [whole, failed] = [heightOf(day.total, most), heightOf(day.failed, most)];
          return (
            <g key={day.date}>
              <title>{wordsOf(day)}</title>
              <rect className="daily__ground" x={index * 10 + 1} y={0} width={8} height={HEIGHT} />
              <rect className="daily__runs" x={index * 10 + 1} y={HEIGHT - whole} width={8} height={whole} />
              <rect className="daily__failed" x={index * 10 + 1} y={HEIGHT - failed} width={8} height={failed} />
            </g>
          );
        })}
      </svg>
      {first !== undefined && last !== undefined && (
        <p className="daily__axis" aria-hidden="true">
          <span>{utcDay(first.date)}</span>
          <span>today</span>
        </p>
      )}
    </figure>
  );
};
