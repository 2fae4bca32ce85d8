import { type Files, inRepository, PlantedTree } from '../support/planted-tree.js';

interface Plant {
  readonly rule: string;
  readonly files: Files;
  /** Where the rule has to bite: the importing file, or the folder for a rule about folders. */
  readonly at: readonly string[];
}

interface Cruise {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

interface Configuration {
  readonly forbidden: readonly { readonly name: string }[];
}

const CRUISER = 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs';
/** What `npm run lint` runs: each configuration with the folders that it looks at. */
const CONFIGURATIONS = {
  '.dependency-cruiser.cjs': ['src', 'test', 'scripts', 'bench', 'web/src'],
  '.dependency-cruiser.folders.cjs': ['src'],
} as const;

const take = (...names: readonly string[]): string =>
  names
    .map(
      (name, index) =>
        `import * as m${String(index)} from '${name}';\nexport const use${String(index)} = m${String(index)};\n`,
    )
    .join('');
const takeType = (name: string): string => `import type { Thing } from '${name}';\nexport type Own = Thing;\n`;
const thing = 'export interface Thing { readonly a: 1 }\nexport const thing = 1;\n';

/** A program in the shape that the rules ask for, with each exception that they allow. */
const healthy: Files = {
  'src/main.ts': take('./app.module.js', './platform/logging/logger.js', './orders/order.commands.js'),
  'src/cli.ts': take('./app.module.js', './orders/order.store.js'),
  'src/app.module.ts': take('./orders/orders.module.js', './orders/price.data.js'),
  'src/eventsourcing/event.ts': thing,
  'src/eventsourcing/postgres-event-store.ts': take('./event.js', 'pg'),
  'src/eventsourcing/subscription.ts': take('./event.js', 'pg'),
  'src/eventsourcing/in-memory-event-store.ts': takeType('pg'),
  'src/platform/clock.ts': take('node:timers', '../eventsourcing/event.js'),
  'src/platform/database/data-source.ts': take('typeorm'),
  'src/platform/logging/logger.ts': take('pino', 'nestjs-pino'),
  'src/platform/storage/thumbnail.ts': take('sharp'),
  'src/platform/telemetry/tracing-sdk.ts': take('@opentelemetry/api', '@opentelemetry/sdk-node'),
  'src/artifacts/thumbnail.provider.ts': take('sharp'),
  'src/providers/builtin/encode.ts': take('sharp'),
  'src/providers/builtin/motion/h264.ts': take('h264-mp4-encoder'),
  'src/providers/builtin/produce.ts': take('./encode.js', './motion/h264.js'),
  'src/providers/builtin/render.worker.ts': take('./produce.js'),
  'src/orders/orders.module.ts': take(
    './order.handlers.js',
    '../parcels/parcels.module.js',
    '../parcels/parcel.port.js',
  ),
  'src/orders/order.events.ts': takeType('../eventsourcing/event.js'),
  'src/orders/order.errors.ts': `export class OrderConflict extends Error {}\n`,
  'src/orders/price.data.ts': `export const PRICES = [1];\n`,
  'src/orders/order.commands.ts': take('@nestjs/cqrs', './order.events.js'),
  'src/orders/order.decider.ts':
    take('./order.errors.js', './price.data.js', 'node:crypto') + takeType('../eventsourcing/event.js'),
  'src/eventsourcing/testing/given.ts': take('../event.js'),
  'src/orders/order.decider.spec.ts': take(
    './order.decider.js',
    '../eventsourcing/testing/given.js',
    '../../test/support/given.js',
    'fast-check',
  ),
  'src/orders/order.handlers.ts': take(
    './order.decider.js',
    './order.commands.js',
    '../parcels/parcel.queries.js',
    '../platform/clock.js',
  ),
  'src/orders/order.store.ts': take('pg', './order.decider.js'),
  'src/orders/order.processor.ts': takeType('./order.decider.js').replace('{ Thing }', '{ Own as Thing }'),
  'src/platform/queue/queue.module.ts': take('pg'),
  'src/orders/order.projection.ts': take('pg', './order.events.js'),
  'src/orders/order.controller.ts': take('./order.commands.js', './order.store.js', './order.dto.js', '@nestjs/common'),
  'src/orders/order.dto.ts': take('../parcels/parcel.dto.js'),
  'src/parcels/parcels.module.ts': take('@nestjs/common'),
  'src/parcels/parcel.queries.ts': take('@nestjs/cqrs'),
  'src/parcels/parcel.port.ts': thing,
  'src/parcels/parcel.dto.ts': thing,
  'test/support/given.ts': take('../../src/orders/order.events.js'),
};

const plant = (rule: string, at: string | readonly string[], files: Files): Plant => ({
  rule,
  files,
  at: typeof at === 'string' ? [at] : at,
});

/** A breach that is one import of one file. */
const bad = (rule: string, path: string, ...imports: readonly string[]): Plant =>
  plant(rule, path, { [path]: take(...imports) });

const plants: readonly Plant[] = [
  plant('no-circular', 'src/ring/one.policy.ts', {
    'src/ring/one.policy.ts': take('./two.policy.js'),
    'src/ring/two.policy.ts': take('./one.policy.js'),
  }),
  plant('no-folder-cycle', ['src/left', 'src/right'], {
    'src/left/left.events.ts': thing,
    'src/left/left.commands.ts': takeType('../right/right.events.js'),
    'src/right/right.events.ts': thing,
    'src/right/right.commands.ts': takeType('../left/left.events.js'),
  }),
  plant('no-barrel', 'src/box/box.processor.ts', {
    'src/box/box.processor.ts': take('./index.js'),
    'src/box/index.ts': `export * from './lid.policy.js';\n`,
    'src/box/lid.policy.ts': thing,
  }),
  bad('no-unresolvable', 'src/dangling/dangling.processor.ts', './missing.js'),
  plant('no-orphan', 'src/lone/lone.policy.ts', { 'src/lone/lone.policy.ts': thing }),
  bad('kernel-knows-nobody', 'src/eventsourcing/outward.ts', '../parcels/parcel.port.js'),
  plant('platform-knows-no-domain', 'src/platform/nosy.ts', {
    'src/platform/nosy.ts': takeType('../parcels/parcel.port.js'),
  }),
  bad('nobody-looks-up', 'src/climber/climber.processor.ts', '../main.js'),
  bad('capabilities-talk-by-messages', 'src/intruder/intruder.processor.ts', '../orders/order.store.js'),
  bad('apis-speak-each-others-shapes', 'src/intruder/intruder.controller.ts', '../orders/order.store.js'),
  bad('modules-compose-by-messages', 'src/grabber/grabber.module.ts', '../orders/order.store.js'),
  bad('only-modules-compose', 'src/composer/composer.processor.ts', '../orders/orders.module.js'),
  bad('pages-speak-http', 'web/src/nosy.ts', '../../src/parcels/parcel.port.js'),
  plant('the-top-only-composes', 'src/app.module.ts', {
    'src/app.module.ts': take('./orders/orders.module.js', './orders/order.handlers.js'),
  }),
  plant('the-command-line-asks', 'src/cli.ts', {
    'src/cli.ts': take('./app.module.js', './orders/order.handlers.js'),
  }),
  bad('domain-is-pure', 'src/impure/impure.policy.ts', 'node:fs'),
  bad('messages-are-light', 'src/heavy/heavy.commands.ts', '@nestjs/common'),
  plant('only-the-write-side-decides', 'src/judge/judge.processor.ts', {
    'src/judge/judge.decider.ts': thing,
    'src/judge/judge.processor.ts': take('./judge.decider.js'),
  }),
  plant('read-side-does-not-decide', ['src/reader/reader.projection.ts', 'src/reader/reader.queries.ts'], {
    'src/reader/reader.decider.ts': thing,
    'src/reader/reader.handlers.ts': thing,
    'src/reader/reader.projection.ts': take('./reader.handlers.js'),
    'src/reader/reader.queries.ts': takeType('./reader.decider.js'),
  }),
  plant('controllers-send-messages', 'src/shortcut/shortcut.controller.ts', {
    'src/shortcut/shortcut.processor.ts': thing,
    'src/shortcut/shortcut.controller.ts': take('./shortcut.processor.js'),
  }),
  bad('sql-stays-below', 'src/sql/sql.processor.ts', 'pg'),
  bad('image-codec-stays-in-its-place', 'src/codec/codec.processor.ts', 'sharp'),
  bad('video-encoder-stays-in-its-file', 'src/film/film.processor.ts', 'h264-mp4-encoder'),
  bad('video-encoder-stays-in-render-threads', 'src/providers/builtin/film.ts', './motion/h264.js'),
  bad('video-encoder-stays-in-render-threads', 'src/providers/builtin/studio.ts', './produce.js'),
  bad('log-library-stays-in-logging', 'src/noisy/noisy.processor.ts', 'pino'),
  bad('tracing-sdk-stays-in-its-file', 'src/traced/traced.processor.ts', '@opentelemetry/sdk-node'),
  bad('no-development-dependency-at-run-time', 'src/borrowed/borrowed.processor.ts', 'fast-check'),
  bad('no-undeclared-dependency', 'src/lucky/lucky.processor.ts', 'body-parser'),
  bad('no-test-code-in-production', 'src/proof/proof.processor.ts', '../../test/support/given.js'),
  bad('no-test-code-in-production', 'src/proof/given.processor.ts', '../eventsourcing/testing/given.js'),
  bad('unit-specs-are-pure', 'src/orders/order.handlers.spec.ts', 'pg'),
  plant('support-knows-no-test', 'test/integration/second.int-spec.ts', {
    'test/integration/first.int-spec.ts': thing,
    'test/integration/second.int-spec.ts': take('./first.int-spec.js'),
  }),
];

/** `rule at path` for everything that the rules have against a tree. */
const cruise = (files: Files): readonly string[] => {
  const tree = PlantedTree.grow(files);
  try {
    const violations = Object.entries(CONFIGURATIONS).flatMap(([configuration, folders]) => {
      const output = tree.run(CRUISER, '--config', inRepository(configuration), '--output-type', 'json', ...folders);
      return (JSON.parse(output) as Cruise).summary.violations;
    });
    return [...new Set(violations.map(({ rule, from }) => `${rule.name} at ${from}`))].sort();
  } finally {
    tree.fell();
  }
};

const expectedAt = ({ rule, at }: Plant): readonly string[] => at.map((path) => `${rule} at ${path}`);

describe('the dependency rules', () => {
  let found: readonly string[] = [];
  beforeAll(() => {
    found = cruise(plants.reduce<Files>((files, each) => ({ ...files, ...each.files }), healthy));
  });

  it('have nothing against a program in the right shape', () => {
    expect(cruise(healthy)).toEqual([]);
  });

  it.each(plants)('$rule bites at $at', (each) => {
    expect(found).toEqual(expect.arrayContaining([...expectedAt(each)]));
  });

  it('bite nowhere else', () => {
    expect(found).toEqual(plants.flatMap(expectedAt).sort());
  });

  it('have a planted breach each', () => {
    const forbidden = Object.keys(CONFIGURATIONS).flatMap(
      (name) => jest.requireActual<Configuration>(`../../${name}`).forbidden,
    );
    expect(new Set(plants.map(({ rule }) => rule))).toEqual(new Set(forbidden.map(({ name }) => name)));
  });
});
