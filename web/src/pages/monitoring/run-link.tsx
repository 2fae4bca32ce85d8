import type { ReactNode } from 'react';

const RUN_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

interface RunLinkProps {
  /** Of what somebody wrote: the direction in which it reads. */
  readonly dir?: 'auto';
  /** Null or a name of somebody else's for a job that ran elsewhere, which there is nothing to read about. */
  readonly runId: string | null;
  readonly children: ReactNode;
}

/** Leads to what is known about a run. */
export const RunLink = ({ runId, children, ...text }: RunLinkProps): ReactNode =>
  runId !== null && RUN_ID.test(runId) ? (
    <a className="run-link" href={`/api/status/${runId}`} {...text}>
      {children}
    </a>
  ) : (
    <span className="run-link" {...text}>
      {children}
    </span>
  );
