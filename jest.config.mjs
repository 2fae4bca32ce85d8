// Nest 12 and its tool chain are ESM-only; Jest on Node 20 cannot require them, so they are transformed to CommonJS too.
const esmPackages = [
  '@nestjs',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  'load-esm',
  '@tokenizer',
  '@borewit',
];

const base = {
  testEnvironment: 'node',
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.(ts|js|mjs)$': [
      '@swc/jest',
      {
        // The build leaves specs out by .swcrc; here they are what is compiled.
        swcrc: false,
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmPackages.join('|')})/)`],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/web/dist/'],
};
const withDatabase = {
  globalSetup: '<rootDir>/test/support/database-server.ts',
  globalTeardown: '<rootDir>/test/support/stop-database-server.ts',
};

export default {
  // Jest knows one limit for all projects; a longer one stands at its test.
  testTimeout: 30_000,
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/{src,web/src}/**/*.spec.ts'] },
    { ...base, displayName: 'architecture', testMatch: ['<rootDir>/test/architecture/**/*.arch-spec.ts'] },
    {
      ...base,
      ...withDatabase,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.int-spec.ts'],
    },
    { ...base, ...withDatabase, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.e2e-spec.ts'] },
    { ...base, ...withDatabase, displayName: 'web', testMatch: ['<rootDir>/test/web/**/*.web-spec.ts'] },
    { ...base, displayName: 'observability', testMatch: ['<rootDir>/test/observability/**/*.obs-spec.ts'] },
    { ...base, displayName: 'process', testMatch: ['<rootDir>/test/process/**/*.proc-spec.ts'] },
    { ...base, displayName: 'drills', testMatch: ['<rootDir>/test/process/**/*.drill-spec.ts'] },
  ],
};
