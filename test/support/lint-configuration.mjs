// Prints what ESLint applies to each of the given paths, as one JSON array: `node lint-configuration.mjs <configuration> <path> …`.
import { argv } from 'node:process';
import { ESLint } from 'eslint';

const [overrideConfigFile, ...paths] = argv.slice(2);
const eslint = new ESLint({ overrideConfigFile });
const configurations = await Promise.all(paths.map((path) => eslint.calculateConfigForFile(path)));
console.log(JSON.stringify(configurations.map(({ rules }) => rules)));
