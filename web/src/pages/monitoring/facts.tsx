import { Fragment, type ReactNode } from 'react';

/** Names with their values, in small. */
export const Facts = ({ entries }: { readonly entries: readonly (readonly [string, string])[] }): ReactNode => (
  <dl className="facts">
    {entries.map(([name, value]) => (
      <Fragment key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </Fragment>
    ))}
  </dl>
);
