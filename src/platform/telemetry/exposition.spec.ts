import { MetricSet } from './metric-set.js';
import { asPrometheusText, wantsOpenMetrics } from './exposition.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('a metric set written out', () => {
  const CATALOGUE = {
    shop_orders_total: { type: 'counter', help: 'Orders.', labels: { kind: ['small', 'large'] }, across: 'sum' },
    shop_visitors: { type: 'gauge', help: 'Visitors.', across: 'max' },
    shop_wait_seconds: {
      type: 'histogram',
      help: 'Waits.',
      labels: { kind: ['small'] },
      buckets: [0.1, 1],
      across: 'sum',
    },
  } as const;
  const write = async (): Promise<string> => {
    const metrics = new MetricSet(CATALOGUE);
    metrics.count('shop_orders_total', { kind: 'small' });
    metrics.count('shop_orders_total', { kind: 'of another kind' }, 2);
    metrics.set('shop_visitors', {}, 3);
    metrics.observe('shop_wait_seconds', { kind: 'small' }, { value: 0.5, exemplar: { traceId: TRACE } });
    return metrics.registry.metrics();
  };

  it('has every combination of closed labels from the start, and one more for whatever is none of them', async () => {
    expect((await write()).split('\n').filter((line) => line.startsWith('shop_orders_total'))).toEqual([
      'shop_orders_total{kind="small"} 1',
      'shop_orders_total{kind="large"} 0',
      'shop_orders_total{kind="other"} 2',
    ]);
  });

  it('leads from a bucket to the trace of a measurement in OpenMetrics', async () => {
    const line = (await write())
      .split('\n')
      .find((each) => each.startsWith('shop_wait_seconds_bucket{le="1",kind="small"}'));
    expect(line).toMatch(new RegExp(`1 # \\{trace_id="${TRACE}"\\} 0\\.5 `));
  });

  it('is Prometheus text without exemplars and end mark, and counters keep their name in their descriptions', async () => {
    const text = asPrometheusText(await write());
    expect(text).not.toContain('# {');
    expect(text).not.toContain('# EOF');
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        '# HELP shop_orders_total Orders.',
        '# TYPE shop_orders_total counter',
        'shop_orders_total{kind="small"} 1',
        '# TYPE shop_visitors gauge',
        'shop_visitors 3',
        'shop_wait_seconds_bucket{le="1",kind="small"} 1',
      ]),
    );
  });

  it('is the same in both formats after the other one was written', async () => {
    const metrics = new MetricSet(CATALOGUE);
    const first = await metrics.registry.metrics();
    asPrometheusText(first);
    expect(await metrics.registry.metrics()).toBe(first);
  });
});

describe('a scraper', () => {
  it.each([
    ['application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5', true],
    ['text/plain', false],
    ['*/*', false],
    [undefined, false],
  ])('that accepts %s gets OpenMetrics: %s', (accept, expected) => {
    expect(wantsOpenMetrics(accept)).toBe(expected);
  });
});
