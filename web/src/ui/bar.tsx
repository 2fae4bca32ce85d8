import type { CSSProperties, ReactNode } from 'react';

/** The colours of states and of what is counted beside them. */
export type Tone = 'ok' | 'run' | 'wait' | 'bad' | 'alt' | 'muted';

/** A part of a bar: 0 to 1 of its length. */
interface Segment {
  readonly tone: Tone;
  readonly share: number;
}

const lengthOf = (share: number): CSSProperties => ({ inlineSize: `${String(share * 100)}%` });

/** Says nothing that does not stand in words beside it, so it is hidden from those who listen. */
export const Bar = ({ segments }: { readonly segments: readonly Segment[] }): ReactNode => (
  <div className="bar" aria-hidden="true">
    {segments
      .filter(({ share }) => share > 0)
      .map(({ tone, share }) => (
        <span key={tone} className={`bar__part bar__part--${tone}`} style={lengthOf(share)} />
      ))}
  </div>
);
