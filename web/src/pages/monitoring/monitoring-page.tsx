import './monitoring.css';
import type { ReactNode } from 'react';
import { moment } from '../../format.js';
import { useRemembered } from '../../remembered.js';
import { CachePanel } from './cache-panel.js';
import { NothingReached, StaleBanner } from './connection.js';
import { EndpointsPanel } from './endpoints-panel.js';
import { ErrorsPanel } from './errors-panel.js';
import { GenerationPanel } from './generation-panel.js';
import { healthOf } from './health.js';
import { OverviewCards } from './overview-cards.js';
import { PopularPresets } from './popular-presets.js';
import { type Monitoring, refreshAll, useMonitoring } from './queries.js';
import { QueuePanel } from './queue-panel.js';
import { RecentActivity } from './recent-activity.js';
import { RefreshControls } from './refresh-controls.js';
import { TrainingPanel } from './training-panel.js';

const HealthLine = ({ readiness, health }: Pick<Monitoring, 'readiness' | 'health'>): ReactNode => {
  const { tone, words } = healthOf({ error: readiness.error, status: health.data?.status });
  return (
    <p className={`health health--${tone}`} role="status">
      {words}
    </p>
  );
};

/** Somebody set the counts to zero, and whoever reads them has to know. */
const Since = ({ since }: { readonly since: string | null }): ReactNode =>
  since !== null && <p className="since">Counts since the reset of {moment(Date.parse(since))}.</p>;

const Figures = ({ monitoring }: { readonly monitoring: Monitoring }): ReactNode => {
  const { dashboard, errors, endpoints, statistics } = monitoring;
  const { data } = dashboard;
  return (
    <div className={dashboard.isError ? 'figures figures--stale' : 'figures'} aria-busy={data === undefined}>
      <OverviewCards dashboard={data} statistics={statistics.data} />
      <div className="panels">
        <GenerationPanel dashboard={data} statistics={statistics.data} />
        <TrainingPanel usage={data?.usage} />
        <RecentActivity activity={data?.recent_activity} />
        <PopularPresets presets={data?.popular_presets} />
        <CachePanel cache={data?.cache} />
        <QueuePanel queue={data?.queue} />
        <ErrorsPanel errors={errors} />
        <EndpointsPanel endpoints={endpoints} />
      </div>
      <Since since={data?.system.since ?? null} />
    </div>
  );
};

/** What Darkroom does right now. The dashboard's answer decides whether the page has something to say; the others fill their panels. */
export const MonitoringPage = (): ReactNode => {
  const [auto, setAuto] = useRemembered('monitoring.auto-refresh', true);
  const monitoring = useMonitoring(auto);
  const { dashboard, health, readiness } = monitoring;
  const refresh = (): Promise<void> => refreshAll(monitoring);
  const lost = dashboard.error === null ? null : { error: dashboard.error, auto, onRetry: () => void refresh() };
  return (
    <main id="content" tabIndex={-1} className="page">
      <header className="page__head">
        <div>
          <h1>Monitoring</h1>
          <HealthLine readiness={readiness} health={health} />
        </div>
        <RefreshControls
          auto={auto}
          onAuto={setAuto}
          updatedAt={dashboard.dataUpdatedAt}
          isFetching={dashboard.isFetching}
          onRefresh={refresh}
        />
      </header>
      {lost !== null && dashboard.data !== undefined && <StaleBanner {...lost} updatedAt={dashboard.dataUpdatedAt} />}
      {lost !== null && dashboard.data === undefined ? (
        <NothingReached {...lost} />
      ) : (
        <Figures monitoring={monitoring} />
      )}
    </main>
  );
};
