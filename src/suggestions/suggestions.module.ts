import { Module } from '@nestjs/common';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { AcceptedTerms } from './acceptances.store.js';
import { SuggestionIndex } from './autocomplete.policy.js';
import { SuggestionsController } from './suggestions.controller.js';
import { ALL_SUGGESTIONS } from './suggestions.data.js';
import { SuggestionsProjection } from './suggestions.projection.js';

@Module({
  controllers: [SuggestionsController],
  providers: [{ provide: SuggestionIndex, useFactory: () => new SuggestionIndex(ALL_SUGGESTIONS) }, AcceptedTerms],
})
export class SuggestionsModule {
  constructor(subscriptions: Subscriptions) {
    subscriptions.addProjection(new SuggestionsProjection());
  }
}
