// Writes docs/configuration.md from the keys that src/platform/config/config.ts reads; with --check it only says whether the file is current.
import { readFileSync, writeFileSync } from 'node:fs';
import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { configurationKeys } from './configuration-keys.mjs';

const target = new URL('../docs/configuration.md', import.meta.url);

const KEYS = await configurationKeys(fileURLToPath(new URL('..', import.meta.url)));

const cell = (text) => text.replaceAll('|', '\\|');

const shownDefault = ({ fallback, doc }) => {
  // Where the text explains the default it depends on the machine, and this file must not.
  if (doc.includes('the default is')) return 'computed';
  return fallback === '' ? 'none' : `\`${cell(fallback)}\``;
};

const rows = Object.entries(KEYS).map(([name, key]) => `| \`${name}\` | ${shownDefault(key)} | ${cell(key.doc)} |`);

const document = [
  '# Configuration',
  '',
  'Darkroom reads these environment variables once, at start, and refuses to start when one of them is not valid; the message names every bad one with its explanation.',
  '',
  '<!-- Generated from src/platform/config/config.ts: `npm run docs:config`. -->',
  '',
  '| variable | default | meaning |',
  '| --- | --- | --- |',
  ...rows,
  '',
].join('\n');

if (argv.includes('--check')) {
  let committed = '';
  try {
    committed = readFileSync(target, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  if (committed !== document) {
    console.error(
      'docs/configuration.md does not agree with src/platform/config/config.ts: run `npm run docs:config`.',
    );
    exit(1);
  }
} else {
  writeFileSync(target, document);
}
