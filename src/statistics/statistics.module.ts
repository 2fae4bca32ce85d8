import { Module } from '@nestjs/common';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { StatisticsController } from './statistics.controller.js';
import { StatisticsProjection } from './statistics.projection.js';
import { CountRunsHandler, GetPresetUsageHandler, StatisticsReports } from './statistics.store.js';

@Module({
  controllers: [StatisticsController],
  providers: [StatisticsReports, CountRunsHandler, GetPresetUsageHandler],
})
export class StatisticsModule {
  constructor(subscriptions: Subscriptions) {
    subscriptions.addProjection(new StatisticsProjection());
  }
}
