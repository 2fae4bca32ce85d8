import { Module } from '@nestjs/common';
import { Subscriptions } from '../eventsourcing/subscriptions.js';
import { DashboardController } from './dashboard.controller.js';
import { EndpointsController } from './endpoints.controller.js';
import { FailedRequests } from './failed-requests.store.js';
import { MonitoringController } from './monitoring.controller.js';
import { ResetStatisticsHandler, TrackJobHandler } from './monitoring.handlers.js';
import { MonitoringProjection } from './monitoring.projection.js';
import { MonitoringReports } from './monitoring.store.js';
import { RecentErrorList } from './recent-errors.store.js';
import { ReportAllowance } from './report-allowance.policy.js';
import { RequestStatistics } from './request-statistics.store.js';
import { TrackingController } from './tracking.controller.js';

/** Of this process: each report of a job is an event of the log. */
const REPORT_LIMITS = { burst: 1_000, perSecond: 50 };

@Module({
  controllers: [MonitoringController, EndpointsController, DashboardController, TrackingController],
  providers: [
    MonitoringReports,
    FailedRequests,
    RequestStatistics,
    RecentErrorList,
    TrackJobHandler,
    ResetStatisticsHandler,
    { provide: ReportAllowance, useFactory: () => new ReportAllowance(REPORT_LIMITS) },
  ],
})
export class MonitoringModule {
  constructor(subscriptions: Subscriptions) {
    subscriptions.addProjection(new MonitoringProjection());
  }
}
