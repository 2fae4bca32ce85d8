// Writes the rules of Prometheus from the tables in prometheus/src; with --check it only says whether they are current.
import { stringify } from 'yaml';
import '../test/support/typescript-loader.mjs';
import { writeGenerated } from './generated-files.mjs';

const { RULE_FILES } = await import('../prometheus/src/rule-files.ts');

const HEAD = '# Generated from prometheus/src: `npm run rules`.\n';
const asYaml = (value) => `${HEAD}${stringify(value, { lineWidth: 0 })}`;

const files = Object.fromEntries(
  Object.entries(RULE_FILES).map(([name, file]) => [`prometheus/rules/${name}`, asYaml(file)]),
);
await writeGenerated(files, { folders: ['prometheus/rules'], command: 'npm run rules' });
