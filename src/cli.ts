import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { Verification } from './operations/verification.store.js';
import { Config } from './platform/config/config.js';

const USAGE = `Usage: npm run cli -- <command>

  verify              checks the log, every artifact and every read model; exit code 1 when something is wrong
  rebuild <name>      builds a read model anew from the log while the API serves; "generations" is the runs' own rows
`;

const verify = async (verification: Verification): Promise<number> => {
  const report = await verification.run();
  for (const { name, checked, problems } of report) {
    process.stdout.write(`${problems.length === 0 ? 'ok  ' : 'FAIL'}  ${name} (${checked})\n`);
    for (const problem of problems) process.stdout.write(`      ${problem}\n`);
  }
  const failed = report.filter(({ problems }) => problems.length > 0).length;
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
  });
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

run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
