import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { UnknownReadModel, Verification } from './operations/verification.store.js';
import { Config, ConfigInvalid } from './platform/config/config.js';
import { onSchema } from './platform/database/database.module.js';
import { migrate, MigrationFailed, MigrationRefused, pendingMigrations } from './platform/database/migrations.js';
import { withoutSecrets } from './platform/logging/redaction.js';

const USAGE = `Usage: npm run cli -- <command>

  verify              checks the log, every artifact and every read model, and for events that were given up; exit code 1 when something is wrong
  rebuild <name>      builds a read model anew from the log while the API serves; "generations" is the runs' own rows

  migrate             brings the database to this build's schema, for processes that start with MIGRATIONS=wait
  migrate --plan      tells what that would run, and whether processes of an older build have to stop first; changes nothing

The first two want a database at this build's schema, and leave the schema as it is.
`;

const verify = async (verification: Verification): Promise<number> => {
  const report = await verification.run();
  for (const { name, checked, problems, total } of report) {
    process.stdout.write(`${total === 0 ? 'ok  ' : 'FAIL'}  ${name} (${checked})\n`);
    for (const problem of problems) process.stdout.write(`      ${problem}\n`);
    if (total > problems.length) process.stdout.write(`      … and ${String(total - problems.length)} more\n`);
  }
  const failed = report.filter(({ total }) => total > 0).length;
  process.stdout.write(
    failed === 0 ? 'Everything holds.\n' : `${String(failed)} of ${String(report.length)} checks failed.\n`,
  );
  return failed === 0 ? 0 : 1;
};

/** A person reads this before an upgrade, so that it says what there is to do in the end. */
const planMigrations = async (config: Config): Promise<number> => {
  const pending = await onSchema(config, (dataSource) => pendingMigrations(dataSource, config.get('NEWER_MIGRATIONS')));
  for (const { name, breaksOlderBuilds } of pending)
    process.stdout.write(
      `${breaksOlderBuilds ? 'stop older processes first' : 'beside older processes    '}  ${name}\n`,
    );
  const advice = pending.some(({ breaksOlderBuilds }) => breaksOlderBuilds)
    ? 'Stop every process before you migrate.\n'
    : 'Processes of the build before may run on meanwhile.\n';
  process.stdout.write(pending.length === 0 ? "The database is at this build's schema.\n" : advice);
  return 0;
};

const runMigrations = async (config: Config): Promise<number> => {
  const ran = await onSchema(config, (dataSource) => migrate(dataSource, config.get('NEWER_MIGRATIONS')));
  for (const name of ran) process.stdout.write(`Ran ${name}\n`);
  process.stdout.write("The database is at this build's schema.\n");
  return 0;
};

const run = async (parameters: readonly string[]): Promise<number> => {
  const [command, option] = parameters;
  if (command !== 'migrate') return runOnReadModels(parameters);
  const config = Config.fromProcess();
  if (option === undefined) return runMigrations(config);
  if (option === '--plan') return planMigrations(config);
  process.stderr.write(USAGE);
  return 2;
};

const runOnReadModels = async ([command, name]: readonly string[]): Promise<number> => {
  if (command !== 'verify' && !(command === 'rebuild' && name !== undefined)) {
    process.stderr.write(USAGE);
    return 2;
  }
  // A process without a role: it connects, and neither serves nor works.
  const app = await NestFactory.createApplicationContext(AppModule.with(Config.fromProcess().withoutRoles()), {
    logger: ['error', 'warn'],
    abortOnError: false,
    // Why a start failed is said once, below.
    bufferLogs: true,
    autoFlushLogs: false,
  });
  app.flushLogs();
  try {
    const verification = app.get(Verification);
    if (command === 'verify') return await verify(verification);
    await verification.rebuild(name ?? '');
    process.stdout.write(`Rebuilt ${name ?? ''}.\n`);
    return 0;
  } finally {
    await app.close();
  }
};

/** What a person can act on is a sentence; anything else is a fault of the program. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const isSentence = [ConfigInvalid, MigrationFailed, MigrationRefused, UnknownReadModel].some(
    (known) => error instanceof known,
  );
  return isSentence ? error.message : (error.stack ?? error.message);
};

run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(withoutSecrets(`${reasonOf(error)}\n`));
    process.exit(1);
  },
);
