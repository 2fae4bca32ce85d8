// Asks Prometheus what Grafana would ask it for the panels of a dashboard.

/** Like `timeInterval` of the source of data, which says how often Prometheus scrapes. */
const SCRAPE_SECONDS = 5;
/** Points of a line, about one for each two pixels of a panel. */
const POINTS = 360;

const stepOf = (seconds) => Math.max(SCRAPE_SECONDS, Math.ceil(seconds / POINTS));

/** A rate needs four scrapes; what a variable is set to at first is all. */
const filledIn = (expression, { seconds }) =>
  expression
    .replaceAll('$__rate_interval', `${Math.max(stepOf(seconds) + SCRAPE_SECONDS, 4 * SCRAPE_SECONDS)}s`)
    .replaceAll('$__range', `${seconds}s`)
    .replaceAll(/\$[a-z]\w*/g, '.*');

const ask = async (origin, path, parameters) => {
  const response = await fetch(`${origin}/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const { data, error } = await response.json();
  if (data === undefined) throw new Error(`${error} (${parameters.query})`);
  return data.result;
};

const answer = async (origin, target, shown) => {
  const query = filledIn(target.expr, shown);
  const step = stepOf(shown.seconds);
  const end = Math.floor(shown.end / step) * step;
  const result = target.instant
    ? await ask(origin, 'query', { query, time: String(shown.end) })
    : await ask(origin, 'query_range', {
        query,
        start: String(end - shown.seconds),
        end: String(end),
        step: String(step),
      });
  return {
    refId: target.refId,
    step,
    series: result.map(({ metric, value, values }) => ({ metric, values: values ?? [value] })),
  };
};

/**
 * @param origin of the Prometheus, `http://127.0.0.1:9090`
 * @param shown the time that the dashboard shows: its end, in seconds since 1970, and how many seconds before it
 * @returns for each panel, by its id, the answers to its queries
 */
export const answersTo = async (origin, { panels }, shown) => {
  const answers = {};
  for (const { id, targets = [] } of panels)
    answers[id] = await Promise.all(targets.map((target) => answer(origin, target, shown)));
  return answers;
};
