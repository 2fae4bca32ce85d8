import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import type { Dto } from './dto-fields.js';
import { RequestReader } from './request-reader.js';

/** Global pipe: every `@Body()` and `@Query()` becomes an instance of its DTO class or a 422 that lists all invalid fields. */
@Injectable()
export class RequestValidationPipe implements PipeTransform {
  constructor(private readonly reader: RequestReader) {}

  /** @throws RequestInvalid */
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if (type !== 'body' && type !== 'query') return value;
    if (metatype === undefined || data !== undefined) {
      throw new TypeError(`A ${type} parameter of a controller needs a DTO class, whole and without a field name`);
    }
    const dto = metatype as Dto;
    return type === 'body' ? this.reader.body(dto, value) : this.reader.query(dto, value as object);
  }
}
