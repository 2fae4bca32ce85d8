import type { ReactNode } from 'react';
import { share } from '../../format.js';
import { Bar } from '../../ui/bar.js';
import { Panel } from '../../ui/panel.js';
import { Skeleton } from '../../ui/states.js';
import type { QueueFigures } from './answers.js';
import { Facts } from './facts.js';
import { jobsIn, QUEUE_AWAY, queueWords } from './queue-words.js';

const Figures = ({ queue }: { readonly queue: QueueFigures }): ReactNode => {
  const { waiting, delayed, active } = queue;
  const all = waiting + delayed + active;
  return (
    <>
      <p className="lead">
        <strong className="lead__figure">{jobsIn(all, queue)}</strong>
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
          ['Running', jobsIn(active, queue)],
          ['Waiting', jobsIn(waiting, queue)],
          ['Scheduled', jobsIn(delayed, queue)],
        ]}
      />
    </>
  );
};

/** Without the queue jobs are accepted all the same, and the page says so. */
const Away = (): ReactNode => <p className="lead">{QUEUE_AWAY}</p>;

/** @param queue undefined before the first answer, null while the queue does not answer */
export const QueuePanel = ({ queue }: { readonly queue: QueueFigures | null | undefined }): ReactNode => (
  <Panel title="Queue">
    {queue === undefined && <Skeleton lines={4} />}
    {queue === null && <Away />}
    {queue && <Figures queue={queue} />}
  </Panel>
);
