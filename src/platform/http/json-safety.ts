import type { RequestIssue } from './http.errors.js';
import { cut, unsafeText } from './safe-text.js';

const MAX_DEPTH = 32;

interface Node {
  readonly value: unknown;
  readonly key: string | number;
  readonly parent: Node | null;
  readonly depth: number;
}

const issueAt = (node: Node, msg: string, type = 'value_error'): RequestIssue => {
  const loc: (string | number)[] = [];
  for (let each: Node | null = node; each !== null; each = each.parent) {
    loc.unshift(typeof each.key === 'string' ? cut(each.key) : each.key);
  }
  return { loc, msg, type };
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
 * The first value of a parsed JSON body that the platform cannot keep faithfully, or null. Refused are texts and keys that
 * PostgreSQL cannot store, numbers that JSON.parse rounded or overflowed, and nesting deeper than 32. Walks with a stack of
 * its own, because a body of one megabyte can be nested half a million deep.
 */
export const unsafeJson = (body: unknown): RequestIssue | null => {
  const pending: Node[] = [{ value: body, key: 'body', parent: null, depth: 0 }];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.depth >= MAX_DEPTH && typeof node.value === 'object' && node.value !== null)
      return { loc: ['body'], msg: `The body is nested deeper than ${String(MAX_DEPTH)}`, type: 'value_error' };
    const unsafeKey = typeof node.key === 'string' ? unsafeText(node.key) : null;
    if (unsafeKey !== null) return issueAt(node, `The name of the field ${unsafeKey}`);
    const wrong = wrongScalar(node.value);
    if (wrong !== null) return issueAt(node, wrong.msg, wrong.type);
    for (const child of childrenOf(node)) pending.push(child);
  }
  return null;
};
