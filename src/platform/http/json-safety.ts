import { RequestInvalid } from './http.errors.js';
import type { IssueList, Loc } from './issue-list.js';
import { unsafeText } from './safe-text.js';

const MAX_DEPTH = 32;

interface Node {
  readonly value: unknown;
  readonly key: string | number;
  readonly parent: Node | null;
  readonly depth: number;
}

const locOf = (node: Node): Loc => {
  const loc: (string | number)[] = [];
  for (let each: Node | null = node; each !== null; each = each.parent) loc.unshift(each.key);
  return loc;
};

const wrongScalar = (value: unknown): { msg: string; type?: string } | null => {
  if (typeof value === 'string') {
    const unsafe = unsafeText(value);
    return unsafe === null ? null : { msg: `The text ${unsafe}` };
  }
  if (typeof value !== 'number') return null;
  if (!Number.isFinite(value)) return { msg: 'The number is too large', type: 'finite_number' };
  // JSON numbers beyond 2^53 are rounded when they are parsed, so the caller's value is already lost.
  return Number.isInteger(value) && !Number.isSafeInteger(value)
    ? { msg: 'The number is beyond 2^53 − 1 and would be rounded' }
    : null;
};

const childrenOf = (node: Node): readonly Node[] => {
  if (typeof node.value !== 'object' || node.value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(node.value)
    ? [...(node.value as unknown[]).entries()]
    : Object.entries(node.value);
  return entries.map(([key, value]) => ({ value, key, parent: node, depth: node.depth + 1 }));
};

/**
 * Adds every value of a parsed JSON body that the platform cannot keep faithfully, in the order of the body: texts and keys that PostgreSQL
 * cannot store, numbers that JSON.parse rounded or overflowed. Walks with a stack of its own, because a body of one megabyte can be nested
 * half a million deep.
 * @throws RequestInvalid at once for a body nested deeper than 32, which nobody else may walk.
 */
export const findUnsafe = (body: unknown, issues: IssueList): void => {
  const pending: Node[] = [{ value: body, key: 'body', parent: null, depth: 0 }];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.depth >= MAX_DEPTH && typeof node.value === 'object' && node.value !== null)
      throw new RequestInvalid([
        { loc: ['body'], msg: `The body is nested deeper than ${String(MAX_DEPTH)}`, type: 'value_error' },
      ]);
    const unsafeKey = typeof node.key === 'string' ? unsafeText(node.key) : null;
    if (unsafeKey !== null) issues.add(locOf(node), `The name of the field ${unsafeKey}`, 'value_error');
    const wrong = wrongScalar(node.value);
    if (wrong !== null) issues.add(locOf(node), wrong.msg, wrong.type ?? 'value_error');
    for (const child of childrenOf(node).toReversed()) pending.push(child);
  }
};
