import { Component, type ReactNode } from 'react';
import { Warning } from './icons.js';

interface BoundaryProps {
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly fault: Error | null;
}

/** Keeps what stands around a page when the page itself breaks, and says what broke it. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override readonly state: BoundaryState = { fault: null };

  static getDerivedStateFromError(fault: Error): BoundaryState {
    return { fault };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    return (
      <main id="content" className="page">
        <h1>Something is wrong with this page</h1>
        <div className="banner" role="alert">
          <Warning />
          <p className="banner__words">
            <strong>{fault.message}.</strong> Darkroom itself may be well. Is the page as old as the program? Reload it.
          </p>
          <button type="button" className="button" onClick={() => location.reload()}>
            Reload
          </button>
        </div>
      </main>
    );
  }
}
