import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';

/** A class whose properties carry class-validator's decorators. */
export type Dto = new () => object;

/** What the decorators of one property say about its shape. */
export interface DtoField {
  readonly optional: boolean;
  /** The class of a nested object, or of each item of a nested list. */
  readonly nested: { readonly dto: Dto; readonly list: boolean; readonly maxItems: number } | null;
  /** What its constraints say that it holds; a type annotation would be lost where a default value stands in its place. */
  readonly holds: 'number' | 'boolean' | 'date' | 'other';
}

/** Bound of nested lists that carry no `@ArrayMaxSize`, so that one body cannot order a million validations. */
const MAX_ITEMS = 1000;

const HOLDS: Readonly<Record<string, DtoField['holds']>> = {
  isInt: 'number',
  isNumber: 'number',
  isBoolean: 'boolean',
  isDate: 'date',
};

const known = new WeakMap<Dto, ReadonlyMap<string, DtoField>>();

/** class-transformer keeps `@Type` to itself, so the class is read off an object that it built. */
const nestedClass = (dto: Dto, property: string): Dto => {
  const probe = plainToInstance(dto, { [property]: {} }) as Record<string, unknown>;
  const built = probe[property];
  if (typeof built !== 'object' || built === null || built.constructor === Object) {
    throw new TypeError(`${dto.name}.${property} has @ValidateNested but no @Type`);
  }
  return built.constructor as Dto;
};

const readFields = (dto: Dto): ReadonlyMap<string, DtoField> => {
  const storage = getMetadataStorage();
  const byProperty = storage.groupByPropertyName(storage.getTargetValidationMetadatas(dto, '', false, false));
  return new Map(
    Object.entries(byProperty).map(([property, metadata]) => {
      const nested = metadata.find(({ type }) => type === 'nestedValidation');
      const maxItems = metadata.find(({ name }) => name === 'arrayMaxSize')?.constraints[0] as number | undefined;
      return [
        property,
        {
          optional: metadata.some(({ type, name }) => type === 'conditionalValidation' && name === 'isOptional'),
          nested:
            nested === undefined
              ? null
              : { dto: nestedClass(dto, property), list: nested.each, maxItems: maxItems ?? MAX_ITEMS },
          holds: HOLDS[metadata.find(({ name }) => name !== undefined && name in HOLDS)?.name ?? ''] ?? 'other',
        },
      ];
    }),
  );
};

/**
 * The fields that a DTO class declares with class-validator, by name.
 * @throws TypeError for a class without any, and for `@ValidateNested` without `@Type`: mistakes of ours, not of a caller.
 */
export const fieldsOf = (dto: Dto): ReadonlyMap<string, DtoField> => {
  const cached = known.get(dto);
  if (cached !== undefined) return cached;
  const fields = readFields(dto);
  if (fields.size === 0) throw new TypeError(`${dto.name} declares no field with class-validator`);
  known.set(dto, fields);
  return fields;
};
