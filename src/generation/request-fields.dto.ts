import type { ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { LIMITS } from './generation.data.js';

export const MAX_ID = 2 ** 31 - 1;

/** Of a prompt, for other routes that take or make one. */
export const PROMPT_LENGTH = LIMITS.prompt;

/** Characters are Unicode code points; white space at both ends does not count. */
export const IsTrimmedText = ({ min, max }: { readonly min: number; readonly max: number }): PropertyDecorator =>
  ValidateBy({
    name: 'isTrimmedText',
    validator: {
      validate: (value) => {
        const length = typeof value === 'string' ? [...value.trim()].length : -1;
        return length >= min && length <= max;
      },
      defaultMessage: () => `must have ${String(min)} to ${String(max)} characters`,
    },
  });

export const IsMultipleOf = (step: number): PropertyDecorator =>
  ValidateBy({
    name: 'isMultipleOf',
    validator: {
      validate: (value) => typeof value === 'number' && value % step === 0,
      defaultMessage: () => `must be a multiple of ${String(step)}`,
    },
  });

export const PRESET_ID = /^[a-z0-9_]{3,64}$/;

export const IsPresetId = (): PropertyDecorator =>
  ValidateBy({
    name: 'isPresetId',
    validator: {
      validate: (value) => typeof value === 'string' && PRESET_ID.test(value),
      defaultMessage: () => 'must be 3 to 64 of a–z, 0–9 and _',
    },
  });

export interface NumberLimits {
  readonly min: number;
  readonly max: number;
  readonly multiple_of?: number;
  readonly default?: number;
}

/** The OpenAPI words for a number with its limits; the description ends without a full stop. */
export const numeric = (type: 'integer' | 'number', description: string, limits: NumberLimits): ApiPropertyOptions => ({
  type,
  description: `${description}.`,
  minimum: limits.min,
  maximum: limits.max,
  ...(limits.multiple_of !== undefined && { multipleOf: limits.multiple_of }),
  ...(limits.default !== undefined && { default: limits.default }),
});
