import type { ReactNode } from 'react';
import { count, dayAndClock, duration } from '../../format.js';
import { Clock, Gauge, Hourglass, Layers } from '../../ui/icons.js';
import type { Dashboard, Statistics } from './answers.js';
import { DAYS } from './queries.js';
import { pendingWords } from './queue-words.js';

interface CardProps {
  readonly label: string;
  readonly Icon: typeof Clock;
  readonly tone: 'ok' | 'run' | 'wait' | 'alt';
  /** Absent while it is on its way. */
  readonly value: string | undefined;
  readonly note: ReactNode;
}

const Card = ({ label, Icon, tone, value, note }: CardProps): ReactNode => (
  <li className={`card card--${tone}`}>
    <h3 className="card__label">
      <span className="card__icon">
        <Icon />
      </span>
      {label}
    </h3>
    {value === undefined ? (
      <p className="card__value card__value--coming" aria-hidden="true" />
    ) : (
      <p className="card__value">{value}</p>
    )}
    <p className="card__note">{value === undefined ? ' ' : note}</p>
  </li>
);

const startOf = ({ timestamp, system }: Dashboard): number => Date.parse(timestamp) - system.uptime_seconds * 1000;

const jobsNote = ({ jobs_completed, jobs_failed }: Dashboard['system']): string =>
  `${count(jobs_completed)} completed, ${count(jobs_failed)} failed`;

/** The success rate stands with the jobs' panel, so what this adds is the slow end. */
const timeNote = (system: Dashboard['system'], statistics: Statistics | undefined): string => {
  if (system.avg_generation_time === null) return 'No image or video has completed yet';
  const p95 = statistics?.p95_generation_time ?? null;
  return p95 === null ? 'of images and videos' : `95 % within ${duration(p95)} in ${String(DAYS)} days`;
};

interface OverviewProps {
  readonly dashboard: Dashboard | undefined;
  readonly statistics: Statistics | undefined;
}

/** The four figures that a glance is for. */
export const OverviewCards = ({ dashboard, statistics }: OverviewProps): ReactNode => {
  const system = dashboard?.system;
  return (
    <section aria-labelledby="overview">
      <h2 id="overview" className="visually-hidden">
        Overview
      </h2>
      <ul className="cards">
        <Card
          label="Uptime"
          Icon={Clock}
          tone="ok"
          value={dashboard?.uptime_formatted}
          note={dashboard && `since ${dayAndClock(startOf(dashboard))}`}
        />
        <Card
          label="Jobs"
          Icon={Layers}
          tone="run"
          value={system && count(system.total_jobs)}
          note={system && jobsNote(system)}
        />
        <Card
          label="Pending"
          Icon={Hourglass}
          tone="wait"
          value={system && count(system.jobs_pending)}
          note={dashboard && (dashboard.queue ? pendingWords(dashboard.queue) : 'The queue does not answer')}
        />
        <Card
          label="Average time"
          Icon={Gauge}
          tone="alt"
          value={system && duration(system.avg_generation_time)}
          note={system && timeNote(system, statistics)}
        />
      </ul>
    </section>
  );
};
