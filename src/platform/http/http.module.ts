import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { ProblemCatalogue, type ProblemTable } from './problem-codes.js';
import { ProblemDocsController } from './problem-docs.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { RequestValidationPipe } from './request-validation.pipe.js';

/** Errors, validation and the pages that explain them, for all routes of the application. */
@Module({})
export class HttpPlatformModule {
  /** @param added the problem codes that capabilities bring beside those of every route. */
  static with(added: ProblemTable): DynamicModule {
    return {
      module: HttpPlatformModule,
      controllers: [ProblemDocsController],
      providers: [
        { provide: ProblemCatalogue, useValue: new ProblemCatalogue(added) },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: RequestValidationPipe },
      ],
    };
  }
}
