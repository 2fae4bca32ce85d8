import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { parseIdempotencyKey } from './idempotency-key.js';
import { parsePrefer, type Preference } from './prefer.js';

/** How a caller wants a request to be dealt with, beside what it asks for. */
export interface Asked {
  readonly key: string | null;
  readonly preference: Preference;
}

/** Parameter of a controller: the caller's idempotency key and preference together. */
export const Asked = createParamDecorator((_data: unknown, context: ExecutionContext): Asked => {
  const request = context.switchToHttp().getRequest<Request>();
  return {
    key: parseIdempotencyKey(request.get('idempotency-key')),
    preference: parsePrefer(request.get('prefer')),
  };
});
