import { type ValidationError, validateSync } from 'class-validator';
import { type Dto, type DtoField, fieldsOf } from './dto-fields.js';
import type { IssueList, Loc } from './issue-list.js';
import { cut, shown } from './safe-text.js';

/** Constraints on the JSON type, with the word for it that pydantic uses; they silence all other constraints of a field. */
const TYPE_WORDS: Readonly<Record<string, readonly [type: string, msg: string]>> = {
  isString: ['string_type', 'must be a string'],
  isInt: ['int_type', 'must be a whole number'],
  isNumber: ['float_type', 'must be a number'],
  isBoolean: ['bool_type', 'must be true or false'],
  isArray: ['list_type', 'must be a list'],
  isObject: ['dict_type', 'must be an object'],
};
const ENUM_CONSTRAINTS = ['isIn', 'isEnum'];

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One issue of a field whose constraints failed; `missing` and the type come first, since the rest then means nothing. */
const describe = (
  loc: Loc,
  value: unknown,
  constraints: Readonly<Record<string, string>>,
): readonly [msg: string, type: string] => {
  if (value === undefined) return ['Field required', 'missing'];
  const field = loc.findLast((segment) => typeof segment === 'string') ?? 'body';
  const wrongType = Object.keys(TYPE_WORDS).find((name) => name in constraints);
  const words = wrongType === undefined ? undefined : TYPE_WORDS[wrongType];
  if (words !== undefined) return [`${field} ${words[1]}`, words[0]];
  if (ENUM_CONSTRAINTS.some((name) => name in constraints)) return [`Invalid ${field}: ${shown(value)}`, 'value_error'];
  return [Object.values(constraints).join('; '), 'value_error'];
};

const collect = (errors: readonly ValidationError[], loc: Loc, parentIsList: boolean, issues: IssueList): void => {
  for (const { property, value, constraints, children } of errors as readonly (ValidationError & {
    value: unknown;
  })[]) {
    const at = [...loc, parentIsList ? Number(property) : property];
    if (constraints !== undefined) issues.add(at, ...describe(at, value, constraints));
    collect(children ?? [], at, Array.isArray(value), issues);
  }
};

const nestedValue = (nested: NonNullable<DtoField['nested']>, value: unknown, loc: Loc, issues: IssueList): unknown => {
  if (!nested.list) return build(nested.dto, value, loc, issues);
  if (!Array.isArray(value)) {
    issues.add(loc, `${String(loc.at(-1))} must be a list`, 'list_type');
    return undefined;
  }
  // A list that is too long is not looked into; only its length reaches the validator.
  if (value.length > nested.maxItems) {
    issues.add(
      loc,
      `${String(loc.at(-1))} must have at most ${String(nested.maxItems)} items, not ${String(value.length)}`,
      'too_long',
    );
    return undefined;
  }
  return value.map((item: unknown, index) => build(nested.dto, item, [...loc, index], issues));
};

const fill = (instance: object, plain: Readonly<Record<string, unknown>>, loc: Loc, issues: IssueList): void => {
  const fields = fieldsOf(instance.constructor as Dto);
  for (const [name, value] of Object.entries(plain)) {
    const field = fields.get(name);
    if (field === undefined) issues.add([...loc, name], `Unknown field: ${cut(name)}`, 'extra_forbidden');
    else if (value !== null || !field.optional) {
      Reflect.set(
        instance,
        name,
        field.nested === null ? value : nestedValue(field.nested, value, [...loc, name], issues),
      );
    }
  }
  for (const [name, { nested, optional }] of fields) {
    // class-validator lets a nested object pass that is not there.
    const absent = nested !== null && !optional && Reflect.get(instance, name) === undefined;
    if (absent) issues.add([...loc, name], 'Field required', 'missing');
  }
};

/**
 * An instance of the class with the declared fields of a plain object, nested ones too. `null` for an optional field is the
 * same as leaving it out. Fields are set one by one from a list of names, so `__proto__` and `constructor` are unknown fields.
 */
const build = (dto: Dto, plain: unknown, loc: Loc, issues: IssueList): object | undefined => {
  if (isPlainObject(plain)) {
    const instance = new dto();
    fill(instance, plain, loc, issues);
    return instance;
  }
  if (plain === undefined) issues.add(loc, 'Field required', 'missing');
  else issues.add(loc, 'Must be a JSON object', 'model_type');
  return undefined;
};

/**
 * Reads a plain object as an instance of a DTO class, without converting any value, and adds what is wrong to `issues`: only where that
 * stays empty the instance is what its class says.
 * @param part what `loc` begins with: `body` or `query`.
 */
export const fillDto = <T extends object>(dto: new () => T, plain: unknown, part: string, issues: IssueList): T => {
  const instance = build(dto, plain, [part], issues);
  if (instance !== undefined) {
    collect(
      validateSync(instance, { forbidUnknownValues: false, validationError: { target: false } }),
      [part],
      false,
      issues,
    );
  }
  return instance as T;
};
