import type { ReactNode } from 'react';
import { count, money, percent } from '../../format.js';
import { Bar } from '../../ui/bar.js';
import { Panel } from '../../ui/panel.js';
import { Skeleton } from '../../ui/states.js';
import type { CacheFigures } from './answers.js';
import { Facts } from './facts.js';

const Figures = ({ cache }: { readonly cache: CacheFigures }): ReactNode => {
  const { hits, misses, joined, hit_rate: rate, saved_usd: saved } = cache;
  return (
    <>
      <p className="lead">
        <strong className="lead__figure">{percent(hits, hits + misses)}</strong>
        <span>of requests answered from the cache</span>
      </p>
      <Bar segments={[{ tone: 'alt', share: rate }]} />
      <Facts
        entries={[
          ['Hits', count(hits)],
          ['Misses', count(misses)],
          ['Joined', count(joined)],
          ['Saved', money(saved)],
        ]}
      />
    </>
  );
};

export const CachePanel = ({ cache }: { readonly cache: CacheFigures | undefined }): ReactNode => (
  <Panel title="Cache">{cache === undefined ? <Skeleton lines={4} /> : <Figures cache={cache} />}</Panel>
);
