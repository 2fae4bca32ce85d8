import { Injectable } from '@nestjs/common';
import { RequestReader } from '../platform/http/request-reader.js';
import { ModelCatalogue } from '../providers/model-catalogue.port.js';
import { GenerateDto, namedModel } from './generation.dto.js';
import { CacheLookupDto } from './lookup/cache-lookup.dto.js';

/**
 * Tells of an unknown model together with whatever else is wrong with a body. A valid body with an unknown model is the handler's to
 * refuse, because a repeat may name one that was there the first time.
 */
@Injectable()
export class ModelCheck {
  constructor(requests: RequestReader, models: ModelCatalogue) {
    for (const dto of [GenerateDto, CacheLookupDto]) {
      requests.addCheck(dto, (body, issues) => {
        const named = namedModel(body);
        if (!named) return;
        for (const { loc, msg, type } of models.issuesOf(named.provider, named.model)) issues.add(loc, msg, type);
      });
    }
  }
}
