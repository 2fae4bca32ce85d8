import { type Files, PlantedTree } from '../support/planted-tree.js';

const CHECK = 'scripts/check-names.mjs';

const healthy = [
  'src/main.ts',
  'src/cli.ts',
  'src/app.module.ts',
  'src/eventsourcing/postgres-event-store.ts',
  'src/platform/database/embedded/supervisor.ts',
  'src/providers/builtin/noise.ts',
  'src/providers/simulator/script.spec.ts',
  'src/orders/order.events.ts',
  'src/orders/price.data.ts',
  'src/orders/order.decider.spec.ts',
  'src/orders/orders.property.spec.ts',
  'test/integration/order-store.int-spec.ts',
  'test/e2e/orders.e2e-spec.ts',
  'test/process/kill.proc-spec.ts',
  'test/process/soak.mjs',
  'test/contract/event-store.contract.ts',
  'test/support/database-server.ts',
];

const breaches = [
  ['closed-kinds', 'src/orders/order.service.ts'],
  ['closed-kinds', 'src/orders/order.ts'],
  ['closed-kinds', 'src/orders/order.spec.ts'],
  ['closed-kinds', 'src/worker.ts'],
  ['closed-kinds', 'src/providers/vendor.ts'],
  ['kebab-case', 'src/orders/orderLine.events.ts'],
  ['kebab-case', 'src/platform/http/Problem.ts'],
  ['telling-name', 'src/platform/utils/text.ts'],
  ['telling-name', 'src/eventsourcing/shared-types.ts'],
  ['telling-name', 'src/orders/order-helper.policy.ts'],
  ['telling-name', 'test/support/index.ts'],
  ['found-by-the-runner', 'test/integration/order-store.spec.ts'],
  ['found-by-the-runner', 'test/e2e/orders.int-spec.ts'],
  ['found-by-the-runner', 'test/contract/event-store.ts'],
  ['found-by-the-runner', 'test/support/database.spec.ts'],
  ['found-by-the-runner', 'src/platform/http/problem.int-spec.ts'],
] as const;

const kernelFiles = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `src/eventsourcing/part-${String(index)}.ts`);

/** `rule path` for each line that the check writes about a tree of empty files. */
const judge = (paths: readonly string[]): readonly string[] => {
  const tree = PlantedTree.grow(Object.fromEntries(paths.map((path) => [path, ''])) satisfies Files);
  try {
    return tree
      .run(CHECK, tree.root)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/^(\S+): .* \(([a-z-]+)\)$/, '$2 $1'));
  } finally {
    tree.fell();
  }
};

describe('the names of files', () => {
  it('are accepted where the runner and the rules know them', () => {
    expect(judge(healthy)).toEqual([]);
  });

  it.each(breaches)('break %s in %s', (rule, path) => {
    expect(judge([path])).toEqual([`${rule} ${path}`]);
  });

  it('break small-kernel when the kernel outgrows its limit', () => {
    expect(judge(kernelFiles(21))).toEqual([]);
    expect(judge(kernelFiles(22))).toEqual(['small-kernel src/eventsourcing']);
    expect(judge([...kernelFiles(21), 'src/eventsourcing/hidden/one-more.ts'])).toEqual([
      'small-kernel src/eventsourcing',
    ]);
    expect(judge([...kernelFiles(21), 'src/eventsourcing/testing/one-more.ts'])).toEqual([]);
  });

  it('have a planted breach for each rule', () => {
    const tree = PlantedTree.grow({});
    const rules = tree.run(CHECK, '--rules').trim().split('\n');
    tree.fell();
    expect(new Set<string>([...breaches.map(([rule]) => rule), 'small-kernel'])).toEqual(new Set(rules));
  });
});
