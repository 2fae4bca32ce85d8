// The keys that the program reads, from the source and not from dist/: a stale build would call a current document stale.
import { join } from 'node:path';
import { transformFileSync } from '@swc/core';

/** @param root folder of the repository */
export const configurationKeys = async (root) => {
  const { code } = transformFileSync(join(root, 'src/platform/config/config.ts'), {
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  const { KEYS } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return KEYS;
};
