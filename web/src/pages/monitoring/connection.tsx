import type { ReactNode } from 'react';
import { ApiError } from '../../api.js';
import { clock } from '../../format.js';
import { Plug, Refresh, Warning } from '../../ui/icons.js';

const reasonOf = (error: Error): string =>
  error instanceof ApiError ? `Darkroom answers with an error: ${error.message}` : 'Cannot reach Darkroom';

/** For who asks for help with it. */
const Trace = ({ error }: { readonly error: Error }): ReactNode =>
  error instanceof ApiError && error.traceId !== null ? <span className="trace">Trace {error.traceId}</span> : null;

interface LostProps {
  readonly error: Error;
  readonly auto: boolean;
  readonly onRetry: () => void;
}

const RetryButton = ({ onRetry }: { readonly onRetry: () => void }): ReactNode => (
  <button type="button" className="button" onClick={onRetry}>
    <Refresh />
    Retry
  </button>
);

/** Over figures that are no longer those of now. */
export const StaleBanner = ({
  error,
  auto,
  onRetry,
  updatedAt,
}: LostProps & { readonly updatedAt: number }): ReactNode => (
  <div className="banner" role="alert">
    <Warning />
    <p className="banner__words">
      <strong>{reasonOf(error)}.</strong> Last data from {clock(updatedAt)}
      {auto ? '; trying again every few seconds.' : '.'} <Trace error={error} />
    </p>
    <RetryButton onRetry={onRetry} />
  </div>
);

/** In place of all figures, where there never were any. */
export const NothingReached = ({ error, auto, onRetry }: LostProps): ReactNode => (
  <div className="unreachable" role="alert">
    <Plug className="unreachable__sign" />
    <h2>{reasonOf(error)}</h2>
    <p>
      {error instanceof ApiError
        ? 'The log of the process says more.'
        : 'Is it running? Start it with npm start, or look whether its address has changed.'}{' '}
      {auto && 'This page tries again every few seconds.'}
    </p>
    <p>
      <Trace error={error} />
    </p>
    <RetryButton onRetry={onRetry} />
  </div>
);
