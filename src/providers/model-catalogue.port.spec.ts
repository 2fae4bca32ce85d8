import { ScriptedVendor } from '../../test/support/scripted-vendor.js';
import type { ImageProvider, ModelDescription } from './image-provider.port.js';
import { ModelCatalogue } from './model-catalogue.port.js';

const painter = new ScriptedVendor();
/** The same vendor, with a model for videos. */
const studio = (): ImageProvider => {
  const [picture] = painter.models;
  const film: ModelDescription = { ...picture, id: 'film', types: ['video'] };
  return Object.assign(new ScriptedVendor(), { id: 'studio', models: [picture, film] });
};

describe('the model of a request', () => {
  const catalogue = new ModelCatalogue([painter, studio()], 'studio/any');
  const found = (...[provider, model, kind]: Parameters<ModelCatalogue['resolve']>): string => {
    const resolved = catalogue.resolve(provider, model, kind);
    return `${resolved.provider.id}/${resolved.model.id}`;
  };

  it('is the default, or another one of its provider where that makes no such thing', () => {
    expect(found(null, null)).toBe('studio/any');
    expect(found(null, null, 'video')).toBe('studio/film');
  });

  it('is one of another provider where the default one makes no such thing', () => {
    const { provider, model } = new ModelCatalogue([painter, studio()], 'scripted/any').resolve(null, null, 'video');
    expect(`${provider.id}/${model.id}`).toBe('studio/film');
    expect(() => new ModelCatalogue([painter], 'scripted/any').resolve(null, null, 'video')).toThrow();
  });

  it('is the first one of a named provider that makes such a thing', () => {
    expect(found('studio', null, 'video')).toBe('studio/film');
    expect(() => found('scripted', null, 'video')).toThrow();
    expect(catalogue.issuesOf('scripted', null, 'video')).toEqual([
      { loc: ['body', 'provider'], msg: 'Provider scripted has no model that makes videos', type: 'value_error' },
    ]);
  });

  it('is the one that the request names, whatever it makes: what it lacks is told as such', () => {
    expect(found(null, 'scripted/any', 'video')).toBe('scripted/any');
    expect(found('studio', 'film')).toBe('studio/film');
  });
});
