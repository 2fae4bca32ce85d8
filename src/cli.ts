import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { UnknownReadModel, Verification } from './operations/verification.store.js';
import { Config, ConfigInvalid } from './platform/config/config.js';
import { MigrationRefused } from './platform/database/migrations.js';
import { withoutSecrets } from './platform/logging/redaction.js';

const USAGE = `Usage: npm run cli -- <command>

  verify              checks the log, every artifact and every read model, and for events that were given up; exit code 1 when something is wrong
  rebuild <name>      builds a read model anew from the log while the API serves; "generations" is the runs' own rows

Both want a database at this build's schema, and leave the schema as it is.
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

const run = async ([command, name]: readonly string[]): Promise<number> => {
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
  const isSentence = [ConfigInvalid, MigrationRefused, UnknownReadModel].some((known) => error instanceof known);
  return isSentence ? error.message : (error.stack ?? error.message);
};

run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(withoutSecrets(`${reasonOf(error)}\n`));
    process.exit(1);
  },
);
