import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { Config, ConfigInvalid } from './platform/config/config.js';
import { DatabaseServer } from './platform/database/database-server.js';
import { configureHttp } from './platform/http/configure-http.js';
import { ProcessLogger } from './platform/logging/logging.module.js';
import { openApiDocument, serveDocs } from './platform/http/openapi.js';
import { API_INFO } from './operations/api-info.data.js';

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
  configureHttp(app);
  serveDocs(app, openApiDocument(app, API_INFO));
  await app.listen(config.get('PORT'), config.get('HOST'));
  announce(app, config);
  return app;
};

const startWithoutApi = async (config: Config): Promise<INestApplicationContext> => {
  const app = await NestFactory.createApplicationContext(AppModule.with(config), NEST_OPTIONS);
  app.useLogger(app.get(ProcessLogger));
  process.stdout.write(`\n  Darkroom runs as ${config.get('ROLE').join(', ')}.\n\n`);
  return app;
};

const SLACK_SECONDS = 20;

/** A terminal's Ctrl-C under npm arrives twice within milliseconds; only a later one is a person's impatience. */
const SAME_SIGNAL_MS = 1_000;

/** One orderly stop at the first signal, an immediate one at the second; the watchdog bounds the first. */
const stopOnSignals = (app: INestApplicationContext, config: Config): void => {
  let stoppingSince: number | null = null;
  const stop = (): void => {
    if (stoppingSince !== null) {
      if (Date.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    stoppingSince = Date.now();
    setTimeout(() => process.exit(1), (config.get('SHUTDOWN_GRACE_SECONDS') + SLACK_SECONDS) * 1000).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`The shutdown failed: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
};

const start = async (): Promise<void> => {
  const config = Config.fromProcess();
  const app = await (config.has('api') ? startApi(config) : startWithoutApi(config));
  stopOnSignals(app, config);
  const failure = await app.get(DatabaseServer).failure;
  throw failure;
};

start().catch((error: unknown) => {
  const reason =
    error instanceof ConfigInvalid || !(error instanceof Error) ? String(error) : (error.stack ?? error.message);
  process.stderr.write(`Darkroom did not start.\n${reason}\n`);
  process.exit(1);
});
