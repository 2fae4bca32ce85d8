import type { ReactNode } from 'react';
import { Ago } from '../../ui/ago.js';
import { Refresh } from '../../ui/icons.js';
import { Switch } from '../../ui/switch.js';
import { REFRESH_SECONDS } from './queries.js';

interface RefreshControlsProps {
  readonly auto: boolean;
  readonly onAuto: (auto: boolean) => void;
  /** When the figures came, in milliseconds; 0 before the first. */
  readonly updatedAt: number;
  readonly isFetching: boolean;
  readonly onRefresh: () => void;
}

export const RefreshControls = (props: RefreshControlsProps): ReactNode => {
  const { auto, onAuto, updatedAt, isFetching, onRefresh } = props;
  return (
    <div className="controls" role="group" aria-label="Refresh">
      <p className="controls__age">
        {updatedAt > 0 && (
          <>
            Updated <Ago at={updatedAt} />
          </>
        )}
      </p>
      <Switch label={`Auto-refresh, ${String(REFRESH_SECONDS)} s`} on={auto} onChange={onAuto} />
      <button type="button" className="button" onClick={onRefresh}>
        <Refresh className={isFetching ? 'icon icon--turning' : 'icon'} />
        Refresh
      </button>
    </div>
  );
};
