import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Logger, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { LARGE_BODIES } from './batches/batch.data.js';
import { Config, ConfigInvalid } from './platform/config/config.js';
import { DatabaseServer } from './platform/database/database-server.js';
import { configureHttp } from './platform/http/configure-http.js';
import { OpsServer } from './platform/http/ops-server.js';
import { LastWords } from './platform/logging/last-words.js';
import { ProcessLogger } from './platform/logging/logging.module.js';
import { ProcessLog } from './platform/logging/process-log.js';
import { serveDocs } from './platform/http/openapi.js';
import { servePages } from './platform/pages/pages.js';
import { startTracing, type Tracing } from './platform/telemetry/tracing.js';
import { API_INFO } from './operations/api-info.data.js';
import { LOG_SERVICES } from './operations/log-services.data.js';
import { UPLOAD_BODIES } from './uploads/uploads.data.js';

const lastWords = new LastWords();

/** What a process is started with. */
interface Start {
  readonly config: Config;
  readonly log: ProcessLog;
  /** Ends a start that waits for somebody else. */
  readonly stopping: AbortController;
}

/** What a person wants to know after the start. */
const announce = (app: NestExpressApplication, config: Config): void => {
  const { address, port } = (app.getHttpServer().address() as AddressInfo | null) ?? {
    address: config.get('HOST'),
    port: config.get('PORT'),
  };
  const origin = `http://${address.includes(':') ? `[${address}]` : address}:${String(port)}`;
  const database = app.get(DatabaseServer);
  process.stdout.write(
    [
      '',
      '  Darkroom is ready.',
      `  API        ${origin}/api/generate`,
      `  Swagger UI ${origin}/docs`,
      `  Monitoring ${origin}/monitoring`,
      `  Metrics    ${app.get(OpsServer).origin}/metrics`,
      `  Database   ${database.description}`,
      `  Artifacts  ${config.get('DARKROOM_HOME')}/artifacts`,
      '',
      '',
    ].join('\n'),
  );
};

const startApi = async ({ config, log, stopping }: Start): Promise<INestApplicationContext> => {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config, log, stopping.signal), {
    abortOnError: false,
    bodyParser: false,
  });
  lastWords.use(log);
  configureHttp(app, { largeBodies: LARGE_BODIES, streamed: UPLOAD_BODIES });
  servePages(app);
  serveDocs(app, API_INFO);
  await app.listen(config.get('PORT'), config.get('HOST'));
  announce(app, config);
  return app;
};

const startWithoutApi = async ({ config, log, stopping }: Start): Promise<INestApplicationContext> => {
  const module = AppModule.with(config, log, stopping.signal);
  const app = await NestFactory.createApplicationContext(module, { abortOnError: false });
  lastWords.use(log);
  const roles = config.get('ROLE').join(', ');
  process.stdout.write(`\n  Darkroom runs as ${roles}; metrics and probes on ${app.get(OpsServer).origin}\n\n`);
  return app;
};

const SLACK_SECONDS = 20;

/** A terminal's Ctrl-C under npm arrives twice within milliseconds; only a later one is a person's impatience. */
const SAME_SIGNAL_MS = 1_000;

/** What a person can act on is a sentence; anything else is a fault of the program, told with its place. */
const reasonOf = (error: unknown): unknown => (error instanceof ConfigInvalid ? String(error) : error);

/**
 * One orderly stop at the first signal, an immediate one at a later one; the watchdog bounds the first. A signal that comes during the
 * start is obeyed when the start is through, so that no database is left behind half-started; a start that waits for somebody else gives up.
 */
const stopOnSignals = (
  starting: Promise<INestApplicationContext>,
  { config, stopping }: Start,
  tracing: Promise<Tracing>,
): void => {
  let stoppingSince: number | null = null;
  // A terminal's Ctrl-C reaches the children of a start too: that the start then fails is what was asked for.
  starting.catch((error: unknown) => {
    if (stoppingSince === null) return;
    process.stderr.write('Stopped before it was ready.\n');
    lastWords.end(error === stopping.signal.reason ? 0 : 130);
  });
  const logger = new Logger('Process');
  const stop = (signal: NodeJS.Signals): void => {
    if (stoppingSince !== null) {
      if (performance.now() - stoppingSince > SAME_SIGNAL_MS) lastWords.end(1);
      return;
    }
    stoppingSince = performance.now();
    stopping.abort();
    logger.log(`${signal}: the process stops`);
    const patience = config.get('SHUTDOWN_DRAIN_SECONDS') + config.get('SHUTDOWN_GRACE_SECONDS') + SLACK_SECONDS;
    setTimeout(() => lastWords.die(`The shutdown took longer than ${String(patience)} s`), patience * 1000).unref();
    starting
      .then((app) => app.close())
      .then(async () => (await tracing).stop())
      .then(
        // The log is the last of all that ends: whatever the others say of their end comes before.
        () => {
          logger.log('The process has stopped');
          lastWords.end(0);
        },
        (error: unknown) => lastWords.die('The shutdown failed.', error),
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
};

const start = async (): Promise<INestApplicationContext> => {
  const config = Config.fromProcess();
  const log = new ProcessLog(config, LOG_SERVICES);
  Logger.overrideLogger(ProcessLogger.to(log));
  // Before anything connects to the database, and within the start that a signal waits for.
  const tracing = startTracing(config, API_INFO.version);
  const parts: Start = { config, log, stopping: new AbortController() };
  const startRoles = config.has('api') ? startApi : startWithoutApi;
  const starting = tracing.then(() => startRoles(parts));
  stopOnSignals(starting, parts, tracing);
  return starting;
};

process.on('uncaughtException', (error) => lastWords.die('An uncaught error ends the process.', error));
process.on('unhandledRejection', (error) => lastWords.die('An unhandled rejection ends the process.', error));

start().then(
  async (app) => {
    const failure = await app.get(DatabaseServer).failure;
    lastWords.die('Darkroom stops, because its database cannot be kept alive.', failure);
  },
  (error: unknown) => lastWords.die('Darkroom did not start.', reasonOf(error)),
);
