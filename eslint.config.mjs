import { defineConfig } from 'eslint/config';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const TYPESCRIPT = ['**/*.{ts,tsx}'];
const SCRIPTS = ['**/*.{mjs,cjs,js}'];
const SPECS = ['src/**/*.spec.ts', 'web/src/**/*.spec.ts', 'test/**/*.ts'];
/** Files that only judge and fold: given the same input they answer the same, on every machine and in every replay. */
const PURE = ['src/**/*.{decider,policy,events,errors,data}.ts'];

const ban = (selector, message) => ({ selector, message });

const EVERYWHERE = [
  ban(
    'TSAsExpression > TSAsExpression[typeAnnotation.type="TSUnknownKeyword"]',
    'A double cast switches the type checker off: parse the value, or correct the type at its source.',
  ),
  ban('TSEnumDeclaration', 'Use a union of strings: it is its own JSON.'),
];

const NO_AMBIENT_INPUT = [
  ban(
    'MemberExpression[object.name="Date"][property.name="now"]',
    'Reading the clock makes a replay differ: take the time from the command or the event.',
  ),
  ban(
    'NewExpression[callee.name="Date"][arguments.length=0]',
    'new Date() reads the clock: take the time from the command or the event.',
  ),
  ban('CallExpression[callee.name="Date"]', 'Date() reads the clock and prints it in the time zone of the machine.'),
  ban(
    'MemberExpression[object.name="Math"][property.name="random"]',
    'Draw random numbers before the command is made, so that the event records them.',
  ),
  ban(
    ':matches(CallExpression[callee.name=/^(randomUUID|randomBytes|randomInt)$/], CallExpression[callee.property.name=/^(randomUUID|randomBytes|randomInt|getRandomValues)$/])',
    'Make ids and random bytes before the command is made, so that the event records them.',
  ),
];

const PURE_SYNTAX = [
  ...NO_AMBIENT_INPUT,
  ban(
    ':function[async=true], AwaitExpression, ForOfStatement[await=true]',
    'A decision waits for nothing: let the handler fetch what it needs and put it into the command.',
  ),
  ban(
    'CallExpression[callee.property.name=/^(localeCompare|toLocale[A-Z]\\w*)$/]',
    'The answer depends on the locale of the machine: compare and print without one.',
  ),
  ban(
    'Program > VariableDeclaration[kind="let"]',
    'A variable of the module outlives the decision: make it a constant.',
  ),
];

const DECIDER_SYNTAX = [
  ...PURE_SYNTAX,
  ban(
    'SwitchCase[test=null]:not(:has(TSSatisfiesExpression > TSNeverKeyword))',
    'End with `default: return x satisfies never`, so that a new command or event does not compile until it is handled.',
  ),
  ban(
    ':matches(VariableDeclarator[id.name="evolve"], FunctionDeclaration[id.name="evolve"], Property[key.name="evolve"]) ThrowStatement',
    'What happened has happened: evolve never refuses an event.',
  ),
];

const SPEC_SYNTAX = [
  ban(
    'CallExpression[callee.name=/^(it|test)$/] > Literal:first-child[value=/\\bshould\\b/i]',
    'Say in the present tense what happens: "refuses a second start".',
  ),
  ban(
    'CallExpression[callee.name=/^(sleep|delay|pause|setTimeout)$/]:matches([arguments.0.value>=100], [arguments.0.type="Identifier"][arguments.0.name=/^(r|res|resolve|done)$/][arguments.1.value>=100])',
    'A sleep is slow on a fast machine and too short on a slow one: wait for the condition, with a deadline.',
  ),
  ban(
    'CallExpression[callee.object.name=/^(it|test|describe)$/][callee.property.name=/^(skip|only|todo)$/]',
    'Every test runs in every run; where a machine lacks something, choose `describe` or `describe.skip` by a named condition.',
  ),
  ban(
    'CallExpression[callee.name=/^(xit|xtest|xdescribe|fit|fdescribe)$/]',
    'Every test runs in every run: no test is skipped or singled out.',
  ),
];

const restrictSyntax = (...selectors) => ({ 'no-restricted-syntax': ['error', ...EVERYWHERE, ...selectors] });

const PURE_GLOBALS = [
  'process',
  'console',
  'fetch',
  'performance',
  'crypto',
  'globalThis',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
].map((name) => ({
  name,
  message: 'Deciders, policies and events see their arguments only: no I/O, no timers, no environment.',
}));

const JEST_MODULE_MOCKS = [
  'mock',
  'doMock',
  'unmock',
  'dontMock',
  'setMock',
  'unstable_mockModule',
  'spyOn',
  'replaceProperty',
].map((property) => ({
  object: 'jest',
  property,
  message:
    'Use the real thing: a database of its own, a stub server for a vendor, an in-memory adapter held to the contract suite.',
}));

const IMPORTS = {
  paths: [
    {
      name: '@nestjs/cqrs',
      importNames: ['AggregateRoot', 'EventPublisher', 'Saga'],
      message: 'State changes through a decider and the log, effects through a reactor (docs/decisions/0002).',
    },
    ...['process', 'node:process'].map((name) => ({
      name,
      importNames: ['env'],
      message: 'Only platform/config reads the environment: take what you need from Config.',
    })),
  ],
  patterns: [
    { regex: '(^|/)dist/', message: 'Import the source; the compiled output is for processes that are spawned.' },
    { regex: '^\\.{1,2}$|/index(\\.js)?$', message: 'Import the file that defines the thing: there are no barrels.' },
  ],
};

const SIZES = {
  'max-lines': ['error', { max: 400 }],
  'max-lines-per-function': ['error', { max: 60 }],
  complexity: ['error', { max: 12, variant: 'modified' }],
  'max-depth': ['error', 3],
};

const LANGUAGE = {
  eqeqeq: 'error',
  'no-console': 'error',
  'no-constant-binary-expression': 'error',
  'no-constructor-return': 'error',
  'no-debugger': 'error',
  'no-else-return': 'error',
  'no-empty': 'error',
  'no-fallthrough': 'error',
  'no-loss-of-precision': 'error',
  'no-param-reassign': 'error',
  'no-self-compare': 'error',
  'no-sequences': 'error',
  'no-template-curly-in-string': 'error',
  'no-unreachable-loop': 'error',
  'no-unsafe-finally': 'error',
  'no-useless-rename': 'error',
  'no-var': 'error',
  'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'prefer-template': 'error',
  'require-yield': 'error',
};

export default defineConfig(
  { ignores: ['dist/**', 'web/dist/**', 'coverage/**', '.darkroom/**', 'test-results/**'] },
  { linterOptions: { noInlineConfig: true } },
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/default-param-last': 'error',
      '@typescript-eslint/max-params': ['error', { max: 4 }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Counting code points is what [...text] is for.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-shadow': 'error',
      // Slow, and there are no enums to mix up; classes are compared by shape, as the compiler does.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', caughtErrors: 'all', ignoreRestSiblings: true },
      ],
      // A constructor type is evaluated when the module loads: with decorator metadata a class further down the file would not exist yet.
      '@typescript-eslint/no-use-before-define': [
        'error',
        { functions: false, classes: true, variables: false, typedefs: false, ignoreTypeReferences: false },
      ],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/strict-boolean-expressions': [
        'error',
        { allowString: true, allowNumber: false, allowNullableObject: true, allowNullableBoolean: false },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: SCRIPTS,
    languageOptions: {
      globals: Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly'])),
    },
    rules: {
      'max-params': ['error', 4],
      'no-shadow': 'error',
      'no-undef': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'all' }],
    },
  },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },
  { rules: { ...LANGUAGE, ...SIZES, ...restrictSyntax(), 'no-restricted-imports': ['error', IMPORTS] } },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/platform/config/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only platform/config reads the environment: take what you need from Config.',
        },
        ...JEST_MODULE_MOCKS,
      ],
    },
  },
  {
    files: ['web/src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      // The handlers of a page are small, and one line reads better than three.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
    },
  },
  { files: ['src/**/*.projection.ts'], rules: restrictSyntax(...NO_AMBIENT_INPUT) },
  { files: PURE, rules: { ...restrictSyntax(...PURE_SYNTAX), 'no-restricted-globals': ['error', ...PURE_GLOBALS] } },
  { files: ['src/**/*.decider.ts'], rules: restrictSyntax(...DECIDER_SYNTAX) },
  {
    files: SPECS,
    rules: {
      ...restrictSyntax(...SPEC_SYNTAX),
      'max-lines-per-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'no-restricted-properties': ['error', ...JEST_MODULE_MOCKS] },
  },
  // The newer schema of dashboards is still being worked on, and wants a newer Grafana than many have.
  { files: ['grafana/src/**'], rules: { '@typescript-eslint/no-deprecated': 'off' } },
  // What a person starts in a terminal talks to it.
  {
    files: ['scripts/**', 'bench/**', 'test/process/**', 'test/support/**', 'src/main.ts', 'src/cli.ts'],
    rules: { 'no-console': 'off' },
  },
);
