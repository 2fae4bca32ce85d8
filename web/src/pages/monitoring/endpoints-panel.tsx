import type { UseQueryResult } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import { count, duration } from '../../format.js';
import { Panel } from '../../ui/panel.js';
import { Answered, Empty } from '../../ui/states.js';
import type { Endpoints, EndpointStats } from './answers.js';

const SHOWN = 8;
/** What this page, the probes and the documentation ask for would hide what the API is used for. */
const WATCHING = /^\/(?:(?:api\/monitoring|health|static)\/|monitoring$|metrics$|docs(?:\/|$|-))/;

/** A path that may be broken in front of its slashes. */
const Path = ({ path }: { readonly path: string }): ReactNode => (
  <code>
    {path.split(/(?=\/)/).map((part, index) => (
      <Fragment key={index}>
        {index > 0 && <wbr />}
        {part}
      </Fragment>
    ))}
  </code>
);

/** As the API calls everything that it tells no further apart. */
const OTHER = '(other)';

const Place = ({ endpoint: { method, path } }: { readonly endpoint: EndpointStats }): ReactNode =>
  path === OTHER ? (
    'Unknown paths'
  ) : (
    <>
      <span className="method">{method}</span> <Path path={path} />
    </>
  );

const Row = ({ endpoint }: { readonly endpoint: EndpointStats }): ReactNode => (
  <tr>
    <th scope="row">
      <Place endpoint={endpoint} />
    </th>
    <td>{count(endpoint.count)}</td>
    <td className="at-leisure">{duration(endpoint.avg_response_time)}</td>
    <td>{duration(endpoint.p95_response_time)}</td>
    <td className={endpoint.error_count > 0 ? 'is-bad' : 'is-quiet'}>{count(endpoint.error_count)}</td>
  </tr>
);

const Table = ({ endpoints }: { readonly endpoints: readonly EndpointStats[] }): ReactNode => (
  <table className="endpoints">
    <thead>
      <tr>
        <th scope="col">Route</th>
        <th scope="col">Calls</th>
        <th scope="col" className="at-leisure">
          Mean
        </th>
        <th scope="col">
          <abbr title="95 % of the calls took no longer">p95</abbr>
        </th>
        <th scope="col">Errors</th>
      </tr>
    </thead>
    <tbody>
      {endpoints.map((endpoint) => (
        <Row key={`${endpoint.method} ${endpoint.path}`} endpoint={endpoint} />
      ))}
    </tbody>
  </table>
);

export const EndpointsPanel = ({ endpoints }: { readonly endpoints: UseQueryResult<Endpoints> }): ReactNode => (
  <Panel title="API routes" note="without probes and pages">
    <Answered query={endpoints} lines={6}>
      {({ endpoints: all }) => {
        const used = all.filter(({ path }) => !WATCHING.test(path));
        return used.length === 0 ? (
          <Empty title="No request has been counted yet">
            <p>Counts are written every few seconds.</p>
          </Empty>
        ) : (
          <Table endpoints={used.slice(0, SHOWN)} />
        );
      }}
    </Answered>
  </Panel>
);
