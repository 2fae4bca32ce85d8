import { Injectable } from '@nestjs/common';
import type { Dto } from './dto-fields.js';
import { fillDto } from './dto-reader.js';
import { IssueList } from './issue-list.js';
import { findUnsafe } from './json-safety.js';
import { queryValues } from './query-values.js';

/** Adds what only a capability can say of a body, whose fields may hold anything. */
export type BodyCheck = (body: Readonly<Record<string, unknown>>, issues: IssueList) => void;

/** Reads bodies and queries as the classes that routes declare for them, and tells all invalid fields at once. */
@Injectable()
export class RequestReader {
  private readonly checks = new Map<Dto, BodyCheck>();

  /**
   * A check that is asked only where a body is refused anyway, so that the caller hears of everything at once. It decides nothing: what
   * depends on more than the body is the handler's to refuse.
   */
  addCheck(dto: Dto, check: BodyCheck): void {
    this.checks.set(dto, check);
  }

  /**
   * A body is never converted: `"1024"` is not a number.
   * @param issues may already hold what was found elsewhere.
   * @throws RequestInvalid
   */
  body(dto: Dto, value: unknown, issues = new IssueList()): object {
    findUnsafe(value, issues);
    const body = fillDto(dto, value, 'body', issues);
    if (!issues.isEmpty) this.checks.get(dto)?.({ ...body }, issues);
    issues.throwIfAny();
    return body;
  }

  /**
   * The texts of a query are converted by the constraints of the fields.
   * @throws RequestInvalid
   */
  query(dto: Dto, value: object, issues = new IssueList()): object {
    const query = fillDto(dto, queryValues(dto, { ...value }, issues), 'query', issues);
    issues.throwIfAny();
    return query;
  }
}
