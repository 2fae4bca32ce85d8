import { Injectable } from '@nestjs/common';
import { RequestReader } from '../platform/http/request-reader.js';
import { ModelCatalogue } from '../providers/model-catalogue.port.js';
import { addUnknownModels, BatchDto } from './batch.dto.js';

/** Tells of unknown models together with whatever else is wrong with a batch; in a valid one they are the handler's to refuse. */
@Injectable()
export class BatchModelCheck {
  constructor(requests: RequestReader, models: ModelCatalogue) {
    requests.addCheck(BatchDto, (body, issues) => {
      addUnknownModels(body, models, issues);
    });
  }
}
