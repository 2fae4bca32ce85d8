import type { ReactNode } from 'react';
import { count, counted, share } from '../../format.js';
import { Bar } from '../../ui/bar.js';
import { Panel } from '../../ui/panel.js';
import { Empty, Skeleton } from '../../ui/states.js';
import type { PresetCount } from './answers.js';

const SHOWN = 6;

const Ranking = ({ presets }: { readonly presets: readonly PresetCount[] }): ReactNode => {
  const most = Math.max(...presets.map((each) => each.count));
  return (
    <ol className="ranking">
      {presets.map((each) => (
        <li key={each.preset} className="ranking__entry">
          <span className="ranking__name">{each.preset}</span>
          <span className="ranking__count" title={counted(each.count, 'run')}>
            {count(each.count)}
          </span>
          <Bar segments={[{ tone: 'alt', share: share(each.count, most) }]} />
        </li>
      ))}
    </ol>
  );
};

export const PopularPresets = ({ presets }: { readonly presets: readonly PresetCount[] | undefined }): ReactNode => (
  <Panel title="Popular presets" width="third" note={presets !== undefined && presets.length > 0 && 'by runs'}>
    {presets === undefined && <Skeleton lines={6} />}
    {presets?.length === 0 && (
      <Empty title="No preset has been used yet">
        <p>
          Name one as <code>preset</code> in a request; <a href="/docs">the API docs</a> list them.
        </p>
      </Empty>
    )}
    {presets !== undefined && presets.length > 0 && <Ranking presets={presets.slice(0, SHOWN)} />}
  </Panel>
);
