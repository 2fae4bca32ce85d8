import { type CanActivate, type ExecutionContext, Injectable, SetMetadata, type Type } from '@nestjs/common';
import { PARAMTYPES_METADATA, ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import type { Dto } from './dto-fields.js';
import { IssueList } from './issue-list.js';
import { RequestReader } from './request-reader.js';
import { cut } from './safe-text.js';

const ANY_INPUT = 'takes_any_input';

/** For a controller whose routes ignore queries and bodies, because whoever calls them decorates addresses as they like. */
export const TakesAnyInput = (): ClassDecorator => SetMetadata(ANY_INPUT, true);

/** The classes that a route declares for its input; null where it takes none. */
interface Declared {
  readonly body: Dto | null;
  readonly query: Dto | null;
}

/** Nest keeps the parameters of a route by `<kind>:<index>`. */
const readDeclared = (controller: Type, method: string): Declared => {
  const parameters = Object.keys(
    (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) as object | undefined) ?? {},
  );
  const types = Reflect.getMetadata(PARAMTYPES_METADATA, controller.prototype as object, method) as readonly Dto[];
  const typeOf = (kind: RouteParamtypes): Dto | null => {
    const found = parameters.find((parameter) => parameter.startsWith(`${String(kind)}:`));
    return (found === undefined ? undefined : types[Number(found.split(':')[1])]) ?? null;
  };
  return { body: typeOf(RouteParamtypes.BODY), query: typeOf(RouteParamtypes.QUERY) };
};

const refuseFields = (part: string, fields: object, issues: IssueList): void => {
  for (const name of Object.keys(fields)) issues.add([part, name], `Unknown field: ${cut(name)}`, 'extra_forbidden');
};

/** An empty object says as much as no body. */
const refuseBody = (body: unknown, issues: IssueList): void => {
  if (body === undefined || body === null) return;
  if (typeof body === 'object' && !Array.isArray(body)) refuseFields('body', body, issues);
  else issues.add(['body'], 'This route takes no body', 'extra_forbidden');
};

/**
 * Global guard: a query or a body that a route declares no class for is refused, where Nest would ignore it and a caller would believe
 * that it had an effect.
 */
@Injectable()
export class UndeclaredInputGuard implements CanActivate {
  private readonly declared = new WeakMap<object, Declared>();

  constructor(
    private readonly reader: RequestReader,
    private readonly reflector: Reflector,
  ) {}

  /** @throws RequestInvalid */
  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.get<boolean | undefined>(ANY_INPUT, context.getClass()) === true) return true;
    const { body, query } = this.declaredBy(context);
    const request = context.switchToHttp().getRequest<Request>();
    const issues = new IssueList();
    if (query === null) refuseFields('query', request.query, issues);
    if (body === null) refuseBody(request.body, issues);
    if (issues.isEmpty) return true;
    // What is wrong with the declared part is told along.
    if (query !== null) this.reader.query(query, request.query, issues);
    if (body !== null) this.reader.body(body, request.body, issues);
    issues.throwIfAny();
    return false;
  }

  private declaredBy(context: ExecutionContext): Declared {
    const handler = context.getHandler();
    const known = this.declared.get(handler) ?? readDeclared(context.getClass(), handler.name);
    this.declared.set(handler, known);
    return known;
  }
}
