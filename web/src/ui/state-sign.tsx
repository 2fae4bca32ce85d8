import type { ReactNode } from 'react';
import type { Tone } from './bar.js';
import { Check, Cross, Dots, Half, Slash } from './icons.js';

const STATES: Readonly<Record<string, { readonly tone: Tone; readonly Icon: typeof Check }>> = {
  completed: { tone: 'ok', Icon: Check },
  processing: { tone: 'run', Icon: Half },
  pending: { tone: 'wait', Icon: Dots },
  failed: { tone: 'bad', Icon: Cross },
  cancelled: { tone: 'muted', Icon: Slash },
};

/** A sign for a state in its colour; the word stands beside it. */
export const StateSign = ({ state }: { readonly state: string }): ReactNode => {
  const { tone, Icon } = STATES[state] ?? { tone: 'muted', Icon: Dots };
  return (
    <span className={`sign sign--${tone}`}>
      <Icon />
    </span>
  );
};
