import { type Dto, type DtoField, fieldsOf } from './dto-fields.js';
import { type IssueList } from './issue-list.js';
import { cut, unsafeText } from './safe-text.js';

const RFC3339 = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?$/;

/** A converted value, or what the text is not. */
type Converted = { readonly value: unknown } | { readonly msg: string; readonly type: string };

const toNumber = (text: string): Converted => {
  const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return exact ? { value } : { msg: `is not a number: ${cut(text)}`, type: 'number_parsing' };
};

const toBoolean = (text: string): Converted =>
  text === 'true' || text === 'false'
    ? { value: text === 'true' }
    : { msg: `must be true or false, not ${cut(text)}`, type: 'bool_parsing' };

const toDate = (text: string): Converted => {
  const value = new Date(RFC3339.test(text) ? text : Number.NaN);
  // Date rolls 31 February over to March, so the day has to come back unchanged.
  const sameDay =
    Number.isFinite(value.getTime()) &&
    new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(text.slice(0, 10));
  return sameDay ? { value } : { msg: `is not a date or time of RFC 3339: ${cut(text)}`, type: 'datetime_parsing' };
};

const converters: Readonly<Record<DtoField['holds'], (text: string) => Converted>> = {
  number: toNumber,
  boolean: toBoolean,
  date: toDate,
  other: (value) => ({ value }),
};

/**
 * Query parameters as the types that a DTO class asks for: numbers, `true`/`false`, dates and times of RFC 3339, else text.
 * A parameter that is repeated is refused; unknown ones are left for the reader of the DTO.
 */
export const queryValues = (
  dto: Dto,
  query: Readonly<Record<string, unknown>>,
  issues: IssueList,
): Record<string, unknown> => {
  const fields = fieldsOf(dto);
  const values: [string, unknown][] = Object.entries(query).map(([name, text]) => {
    const field = fields.get(name);
    if (field === undefined) return [name, text];
    if (typeof text !== 'string') {
      issues.add(['query', name], `${name} is given more than once`, 'value_error');
      return [name, text];
    }
    const unsafe = unsafeText(text);
    const converted: Converted = unsafe === null ? converters[field.holds](text) : { msg: unsafe, type: 'value_error' };
    if ('value' in converted) return [name, converted.value];
    issues.add(['query', name], `${name} ${converted.msg}`, converted.type);
    return [name, text];
  });
  return Object.fromEntries(values);
};
