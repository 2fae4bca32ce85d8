import { type ReactNode, useState } from 'react';
import { clock } from '../../format.js';
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
  readonly onRefresh: () => Promise<void>;
}

export const RefreshControls = (props: RefreshControlsProps): ReactNode => {
  const { auto, onAuto, updatedAt, isFetching, onRefresh } = props;
  const [said, setSaid] = useState('');
  const refresh = async (): Promise<void> => {
    await onRefresh();
    setSaid(`Asked again at ${clock(Date.now())}`);
  };
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
      <button type="button" className="button" onClick={() => void refresh()}>
        <Refresh className={isFetching ? 'icon icon--turning' : 'icon'} />
        Refresh
      </button>
      <p role="status" className="visually-hidden">
        {said}
      </p>
    </div>
  );
};
