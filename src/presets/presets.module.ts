import { Global, Module } from '@nestjs/common';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { PresetSource } from '../generation/preset/preset-source.port.js';
import { PresetCheck } from './preset-check.provider.js';
import { GetPresetHandler, ListPresetsHandler, PresetRows, StoredPresets } from './preset-rows.store.js';
import { PresetsController } from './presets.controller.js';
import { ChangePresetHandler, CreatePresetHandler, DeletePresetHandler } from './presets.handlers.js';
import { PRESET_ROWS, Presets } from './presets.store.js';

/** Presets of the program and of callers. Runs get them by `PresetSource`. */
@Global()
@Module({
  controllers: [PresetsController],
  providers: [
    Presets,
    PresetRows,
    PresetCheck,
    CreatePresetHandler,
    ChangePresetHandler,
    DeletePresetHandler,
    GetPresetHandler,
    ListPresetsHandler,
    { provide: PresetSource, useClass: StoredPresets },
  ],
  exports: [PresetSource],
})
export class PresetsModule {
  constructor(subscriptions: Subscriptions) {
    subscriptions.addInlineReadModel(PRESET_ROWS);
  }
}
