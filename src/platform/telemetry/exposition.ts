/** Of the older format, Prometheus text 0.0.4. */
export const TEXT_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Whether a client asks for OpenMetrics, as Prometheus does; whoever names nothing gets what every tool understands. */
export const wantsOpenMetrics = (accept: string | undefined): boolean =>
  accept?.includes('application/openmetrics-text') === true;

const COUNTER_TYPE = /^# TYPE (\S+) counter$/gm;
const EXEMPLAR = / # \{.*$/;

/**
 * OpenMetrics 1.0 as Prometheus text 0.0.4: without exemplars and end mark, and with the suffix of counters also in their descriptions. Expects
 * label values without ` # {`, which the closed sets of the catalogue have.
 */
export const asPrometheusText = (openMetrics: string): string => {
  const counters = new Set([...openMetrics.matchAll(COUNTER_TYPE)].map(([, name]) => name));
  const toText = (line: string): string => {
    if (!line.startsWith('# ')) return line.replace(EXEMPLAR, '');
    const [mark, keyword, name = '', ...rest] = line.split(' ');
    return counters.has(name) && !name.endsWith('_total') ? [mark, keyword, `${name}_total`, ...rest].join(' ') : line;
  };
  return openMetrics
    .split('\n')
    .filter((line) => line !== '# EOF')
    .map(toText)
    .join('\n');
};
