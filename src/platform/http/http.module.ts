import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { ProblemCatalogue, type ProblemTable } from './problem-codes.js';
import { ProblemDocsController } from './problem-docs.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { RequestMeter } from './request-meter.js';
import { StreamMeter } from './stream-meter.js';
import { RequestReader } from './request-reader.js';
import { RequestValidationPipe } from './request-validation.pipe.js';
import { UndeclaredInputGuard } from './undeclared-input.guard.js';

/** Errors, validation and the pages that explain them, for all routes of the application. */
@Module({})
export class HttpPlatformModule {
  /** @param added the problem codes that capabilities bring beside those of every route. */
  static with(added: ProblemTable): DynamicModule {
    return {
      module: HttpPlatformModule,
      global: true,
      controllers: [ProblemDocsController],
      providers: [
        { provide: ProblemCatalogue, useValue: new ProblemCatalogue(added) },
        RequestReader,
        RequestMeter,
        StreamMeter,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_GUARD, useClass: UndeclaredInputGuard },
        { provide: APP_PIPE, useClass: RequestValidationPipe },
      ],
      exports: [ProblemCatalogue, RequestReader, RequestMeter, StreamMeter],
    };
  }
}
