import type { ReactNode } from 'react';
import { Cap, Collection, Download } from '../../ui/icons.js';
import { Panel } from '../../ui/panel.js';
import { Skeleton } from '../../ui/states.js';
import type { UsageStats } from './answers.js';
import { Totals } from './totals.js';

export const TrainingPanel = ({ usage }: { readonly usage: UsageStats | undefined }): ReactNode => (
  <Panel title="Training and data" width="third">
    {usage === undefined ? (
      <Skeleton lines={4} />
    ) : (
      <Totals
        isList
        entries={[
          { label: 'Datasets created', value: usage.total_datasets_created, Icon: Collection },
          { label: 'Training jobs', value: usage.total_training_jobs, Icon: Cap },
          { label: 'Downloads', value: usage.total_downloads, Icon: Download },
        ]}
      />
    )}
  </Panel>
);
