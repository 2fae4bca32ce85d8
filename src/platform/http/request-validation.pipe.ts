import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import type { Dto } from './dto-fields.js';
import { readDto } from './dto-reader.js';
import { IssueList } from './issue-list.js';
import { queryValues } from './query-values.js';

/**
 * Global pipe: every `@Body()` and `@Query()` becomes an instance of its DTO class or a 422 that lists all invalid fields.
 * Bodies are never converted (`"1024"` is not a number); query texts are, by the constraints of the field.
 */
@Injectable()
export class RequestValidationPipe implements PipeTransform {
  /** @throws RequestInvalid */
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if (type !== 'body' && type !== 'query') return value;
    if (metatype === undefined || data !== undefined) {
      throw new TypeError(`A ${type} parameter of a controller needs a DTO class, whole and without a field name`);
    }
    const dto = metatype as Dto;
    if (type === 'body') return readDto(dto, value, 'body');
    const issues = new IssueList();
    const query = queryValues(dto, Object.fromEntries(Object.entries(value as object)), issues);
    return readDto(dto, query, 'query', issues);
  }
}
