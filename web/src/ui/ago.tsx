import type { ReactNode } from 'react';
import { useNow } from '../clock.js';
import { ago, moment } from '../format.js';

/** How long ago something was; its date and time on demand. */
export const Ago = ({ at }: { readonly at: string | number }): ReactNode => {
  const now = useNow();
  const time = new Date(at);
  return (
    <time className="ago" dateTime={time.toISOString()} title={moment(time.getTime())}>
      {ago(time.getTime(), now)}
    </time>
  );
};
