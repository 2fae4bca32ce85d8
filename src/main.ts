import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { LARGE_BODIES } from './batches/batch.data.js';
import { Config, ConfigInvalid } from './platform/config/config.js';
import { DatabaseServer } from './platform/database/database-server.js';
import { configureHttp } from './platform/http/configure-http.js';
import { OpsServer } from './platform/http/ops-server.js';
import { ProcessLogger } from './platform/logging/logging.module.js';
import { openApiDocument, serveDocs } from './platform/http/openapi.js';
import { servePages } from './platform/pages/pages.js';
import { startTracing, type Tracing } from './platform/telemetry/tracing.js';
import { API_INFO } from './operations/api-info.data.js';
import { UPLOAD_BODIES } from './uploads/uploads.data.js';

const NEST_OPTIONS = { bufferLogs: true, abortOnError: false } as const;

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

const startApi = async (config: Config): Promise<INestApplicationContext> => {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config), {
    ...NEST_OPTIONS,
    bodyParser: false,
  });
  app.useLogger(app.get(ProcessLogger));
  configureHttp(app, { largeBodies: LARGE_BODIES, streamed: UPLOAD_BODIES });
  servePages(app);
  serveDocs(app, openApiDocument(app, API_INFO));
  await app.listen(config.get('PORT'), config.get('HOST'));
  announce(app, config);
  return app;
};

const startWithoutApi = async (config: Config): Promise<INestApplicationContext> => {
  const app = await NestFactory.createApplicationContext(AppModule.with(config), NEST_OPTIONS);
  app.useLogger(app.get(ProcessLogger));
  const roles = config.get('ROLE').join(', ');
  process.stdout.write(`\n  Darkroom runs as ${roles}; metrics and probes on ${app.get(OpsServer).origin}\n\n`);
  return app;
};

const SLACK_SECONDS = 20;

/** A terminal's Ctrl-C under npm arrives twice within milliseconds; only a later one is a person's impatience. */
const SAME_SIGNAL_MS = 1_000;

/**
 * One orderly stop at the first signal, an immediate one at a later one; the watchdog bounds the first. A signal that comes during the
 * start is obeyed when the start is through, so that no database is left behind half-started.
 */
const stopOnSignals = (starting: Promise<INestApplicationContext>, config: Config, tracing: Promise<Tracing>): void => {
  let stoppingSince: number | null = null;
  // A terminal's Ctrl-C reaches the children of a start too: that the start then fails is what was asked for.
  starting.catch(() => {
    if (stoppingSince === null) return;
    process.stderr.write('Stopped before it was ready.\n');
    process.exit(130);
  });
  const stop = (): void => {
    if (stoppingSince !== null) {
      if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    stoppingSince = performance.now();
    const patience = config.get('SHUTDOWN_DRAIN_SECONDS') + config.get('SHUTDOWN_GRACE_SECONDS') + SLACK_SECONDS;
    setTimeout(() => process.exit(1), patience * 1000).unref();
    starting
      .then((app) => app.close())
      .then(async () => (await tracing).stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          fail('The shutdown failed.', error);
        },
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
};

const fail = (what: string, error: unknown): void => {
  const reason =
    error instanceof Error && !(error instanceof ConfigInvalid) ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${what}\n${reason}\n`);
  process.exit(1);
};

const start = async (): Promise<INestApplicationContext> => {
  const config = Config.fromProcess();
  // Before anything connects to the database, and within the start that a signal waits for.
  const tracing = startTracing(config, API_INFO.version);
  const starting = tracing.then(() => (config.has('api') ? startApi(config) : startWithoutApi(config)));
  stopOnSignals(starting, config, tracing);
  return starting;
};

start().then(
  async (app) => {
    fail('Darkroom stops, because its database cannot be kept alive.', await app.get(DatabaseServer).failure);
  },
  (error: unknown) => {
    fail('Darkroom did not start.', error);
  },
);
