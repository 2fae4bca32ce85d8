import type { ReactNode } from 'react';
import { count } from '../../format.js';
import type { Clock } from '../../ui/icons.js';

interface Total {
  readonly label: string;
  readonly value: number;
  readonly Icon: typeof Clock;
}

interface TotalsProps {
  readonly entries: readonly Total[];
  /** One below the other; beside each other otherwise. */
  readonly isList?: boolean;
}

/** What there is of each kind. */
export const Totals = ({ entries, isList = false }: TotalsProps): ReactNode => (
  <dl className={isList ? 'totals totals--list' : 'totals'}>
    {entries.map(({ label, value, Icon }) => (
      <div key={label} className="totals__entry">
        <dt>
          <Icon />
          {label}
        </dt>
        <dd>{count(value)}</dd>
      </div>
    ))}
  </dl>
);
