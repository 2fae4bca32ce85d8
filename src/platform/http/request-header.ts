import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/**
 * Parameter of a controller: a request header as it came, or undefined. In place of Nest's `@Headers(name)`, which the
 * OpenAPI document lists as a required parameter beside the one that `@ApiHeader` describes.
 */
export const RequestHeader = createParamDecorator((name: string, context: ExecutionContext) =>
  context.switchToHttp().getRequest<Request>().get(name),
);
