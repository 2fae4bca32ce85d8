import { RequestInvalid, type RequestIssue } from '../platform/http/http.errors.js';
import type { ImageProvider, ModelDescription } from './image-provider.port.js';

/** `field` is the request's field that named what is unknown. */
const unknown = (field: 'provider' | 'model', msg: string): RequestInvalid =>
  new RequestInvalid([{ loc: ['body', field], msg, type: 'value_error' }]);

type MediaKind = ModelDescription['types'][number];

export interface ResolvedModel {
  readonly provider: ImageProvider;
  readonly model: ModelDescription;
}

const isUsable = ({ unavailableBecause }: ImageProvider): boolean => unavailableBecause === null;

/** The providers of this process and their models. */
export class ModelCatalogue {
  /** @param defaultModel as `provider/model` @throws RequestInvalid when the default does not exist */
  constructor(
    readonly providers: readonly ImageProvider[],
    readonly defaultModel: string,
  ) {
    this.resolve(null, defaultModel);
  }

  /** @throws RequestInvalid */
  provider(id: string): ImageProvider {
    const provider = this.providers.find((each) => each.id === id);
    if (!provider) throw unknown('provider', `Unknown provider: ${id}`);
    return provider;
  }

  /**
   * The model that a request means: `provider/model`, a model of the named provider, that provider's first model of the kind, the default, or
   * the first model of the kind that can be used.
   * @param kind what it is to make, where the request names no model; one that is named is taken whatever it makes
   * @throws RequestInvalid
   */
  resolve(providerId: string | null, modelId: string | null, kind: MediaKind = 'image'): ResolvedModel {
    if (modelId === null) return this.firstOf(kind, providerId);
    const slash = modelId.indexOf('/');
    if (slash >= 0) {
      const named = modelId.slice(0, slash);
      if (providerId !== null && providerId !== named) {
        throw unknown('model', `Model ${modelId} does not belong to the provider ${providerId}`);
      }
      return this.usable(this.providers.find((each) => each.id === named) ?? null, modelId.slice(slash + 1), modelId);
    }
    const provider = providerId === null ? this.resolve(null, this.defaultModel).provider : this.provider(providerId);
    return this.usable(provider, modelId);
  }

  /** Whether a request that names this model can only mean a video; false for an unknown model, which is refused later. */
  makesOnlyVideos(providerId: string | null, modelId: string | null): boolean {
    if (modelId === null || this.issuesOf(providerId, modelId, 'image').length > 0) return false;
    return !this.resolve(providerId, modelId).model.types.includes('image');
  }

  /** What `resolve` would refuse, for callers who have more to tell. */
  issuesOf(providerId: string | null, modelId: string | null, kind: MediaKind): readonly RequestIssue[] {
    try {
      this.resolve(providerId, modelId, kind);
      return [];
    } catch (error) {
      if (error instanceof RequestInvalid) return error.issues;
      throw error;
    }
  }

  private firstOf(kind: MediaKind, providerId: string | null): ResolvedModel {
    const fallback = this.resolve(null, this.defaultModel);
    if (providerId === null && fallback.model.types.includes(kind)) return fallback;
    const named = providerId === null ? null : this.provider(providerId);
    const candidates = named ? [named] : [fallback.provider, ...this.providers.filter(isUsable)];
    for (const provider of candidates) {
      const model = provider.models.find(({ types }) => types.includes(kind));
      if (model) return this.usable(provider, model.id);
    }
    const which = named ? `Provider ${named.id} has no model` : 'There is no model';
    throw unknown('provider', `${which} that makes ${kind}s`);
  }

  private usable(provider: ImageProvider | null, modelId: string, written = modelId): ResolvedModel {
    const model = provider?.models.find((each) => each.id === modelId);
    if (!provider || !model) throw unknown('model', `Unknown model: ${written}`);
    if (provider.unavailableBecause !== null) {
      throw unknown('provider', `Provider ${provider.id} cannot be used: ${provider.unavailableBecause}`);
    }
    return { provider, model };
  }
}
