import type { ReactNode } from 'react';
import { Link, Redirect, Route, Switch } from 'wouter';
import { MonitoringPage } from './pages/monitoring/monitoring-page.js';
import { Boundary } from './ui/boundary.js';
import { Aperture } from './ui/icons.js';

const TopBar = (): ReactNode => (
  <header className="top-bar">
    <a className="skip-link" href="#content">
      Skip to content
    </a>
    <div className="top-bar__inner">
      <span className="brand">
        <Aperture />
        Darkroom
      </span>
      <nav aria-label="Main" className="top-bar__nav">
        <Link href="/monitoring" aria-current="page">
          Monitoring
        </Link>
        <a href="/docs">API docs</a>
      </nav>
    </div>
  </header>
);

/** Every page, by its address. */
export const App = (): ReactNode => (
  <>
    <TopBar />
    <Switch>
      <Route path="/monitoring">
        <Boundary>
          <MonitoringPage />
        </Boundary>
      </Route>
      <Route>
        <Redirect to="/monitoring" replace />
      </Route>
    </Switch>
  </>
);
