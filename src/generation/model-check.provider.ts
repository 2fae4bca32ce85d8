import { Injectable } from '@nestjs/common';
import { RequestReader } from '../platform/http/request-reader.js';
import { ModelCatalogue } from '../providers/model-catalogue.port.js';
import { GenerateDto, namedModel } from './generation.dto.js';
import { ImageToVideoDto, TextToImageDto, TextToVideoDto } from './jobs/job.dto.js';
import { CacheLookupDto } from './lookup/cache-lookup.dto.js';
import { EstimateDto } from './cost/estimate.dto.js';

const CHECKED = [
  ...([GenerateDto, CacheLookupDto, TextToImageDto, EstimateDto] as const).map((dto) => [dto, 'image'] as const),
  ...([TextToVideoDto, ImageToVideoDto] as const).map((dto) => [dto, 'video'] as const),
];

/**
 * Tells of an unknown model together with whatever else is wrong with a body. A valid body with an unknown model is the handler's to
 * refuse, because a repeat may name one that was there the first time.
 */
@Injectable()
export class ModelCheck {
  constructor(requests: RequestReader, models: ModelCatalogue) {
    for (const [dto, kind] of CHECKED) {
      requests.addCheck(dto, (body, issues) => {
        const named = namedModel(body);
        if (!named) return;
        for (const { loc, msg, type } of models.issuesOf(named.provider, named.model, kind)) issues.add(loc, msg, type);
      });
    }
  }
}
