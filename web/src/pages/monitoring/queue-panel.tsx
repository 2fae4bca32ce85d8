import type { ReactNode } from 'react';
import { count, counted, share } from '../../format.js';
import { Bar } from '../../ui/bar.js';
import { Panel } from '../../ui/panel.js';
import { Skeleton } from '../../ui/states.js';
import type { QueueFigures } from './answers.js';
import { Facts } from './facts.js';

/** In one sentence what the numbers mean; it warns where nobody works. */
export const queueWords = ({ waiting, delayed, active }: QueueFigures): string => {
  if (waiting > 0 && active === 0) return `${counted(waiting, 'job')} due and no worker on any`;
  if (active > 0) return `${counted(active, 'job')} running`;
  return delayed > 0 ? 'Idle until the next job is due' : 'Idle: nothing waits';
};

const Figures = ({ queue }: { readonly queue: QueueFigures }): ReactNode => {
  const { waiting, delayed, active } = queue;
  const all = waiting + delayed + active;
  return (
    <>
      <p className="lead">
        <strong className="lead__figure">{count(all)}</strong>
        <span>{queueWords(queue)}</span>
      </p>
      <Bar
        segments={[
          { tone: 'run', share: share(active, all) },
          { tone: 'wait', share: share(waiting, all) },
          { tone: 'muted', share: share(delayed, all) },
        ]}
      />
      <Facts
        entries={[
          ['Running', count(active)],
          ['Waiting', count(waiting)],
          ['Scheduled', count(delayed)],
        ]}
      />
    </>
  );
};

export const QueuePanel = ({ queue }: { readonly queue: QueueFigures | undefined }): ReactNode => (
  <Panel title="Queue">{queue === undefined ? <Skeleton lines={4} /> : <Figures queue={queue} />}</Panel>
);
