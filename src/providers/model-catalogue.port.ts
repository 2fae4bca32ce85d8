import { RequestInvalid, type RequestIssue } from '../platform/http/http.errors.js';
import type { ImageProvider, ModelDescription } from './image-provider.port.js';

/** `field` is the request's field that named what is unknown. */
const unknown = (field: 'provider' | 'model', msg: string): RequestInvalid =>
  new RequestInvalid([{ loc: ['body', field], msg, type: 'value_error' }]);

export interface ResolvedModel {
  readonly provider: ImageProvider;
  readonly model: ModelDescription;
}

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
   * The model that a request means: `provider/model`, a model of the named provider, a provider's first model, or the default.
   * @throws RequestInvalid
   */
  resolve(providerId: string | null, modelId: string | null): ResolvedModel {
    if (modelId === null) {
      if (providerId === null) return this.resolve(null, this.defaultModel);
      return this.usable(this.provider(providerId), null);
    }
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

  /** What `resolve` would refuse, for callers who have more to tell. */
  issuesOf(providerId: string | null, modelId: string | null): readonly RequestIssue[] {
    try {
      this.resolve(providerId, modelId);
      return [];
    } catch (error) {
      if (error instanceof RequestInvalid) return error.issues;
      throw error;
    }
  }

  private usable(provider: ImageProvider | null, modelId: string | null, written = modelId): ResolvedModel {
    const model = modelId === null ? provider?.models[0] : provider?.models.find((each) => each.id === modelId);
    if (!provider || !model) throw unknown('model', `Unknown model: ${String(written)}`);
    if (provider.unavailableBecause !== null) {
      throw unknown('provider', `Provider ${provider.id} cannot be used: ${provider.unavailableBecause}`);
    }
    return { provider, model };
  }
}
