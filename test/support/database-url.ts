/** The migrated database that every suite copies. */
export const TEMPLATE = 'darkroom_test_template';

/** The same server and account, another database. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}
