import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { freePort } from '../../src/platform/database/free-port.js';
import { Daemon } from './program.js';
import { until } from './until.js';

interface Route {
  readonly routes?: readonly Route[];
}

interface Configuration {
  readonly route: Route;
  readonly inhibit_rules: readonly { readonly source_matchers: string[]; readonly target_matchers: string[] }[];
  readonly receivers: readonly { readonly name: string }[];
}

const FILE = 'prometheus/alertmanager.yml';

const committed = async (): Promise<Configuration> => parse(await readFile(FILE, 'utf8')) as Configuration;

const atOnce = (route: Route): Route => ({
  ...route,
  ...{ group_wait: '0s', group_interval: '1s' },
  ...(route.routes && { routes: route.routes.map(atOnce) }),
});

/**
 * The committed configuration, but for what a test cannot have: it does not wait for more alerts of a group, and every receiver is the one address,
 * which Debian's version wants in the file itself.
 */
export const configurationFor = async (url: string): Promise<string> => {
  const { route, receivers, ...rest } = await committed();
  return stringify({
    ...rest,
    route: atOnce(route),
    receivers: receivers.map(({ name }) => ({ name, webhook_configs: [{ url, send_resolved: false }] })),
  });
};

const namesOf = (matchers: readonly string[]): RegExp | null => {
  const [, pattern] = /^alertname =~? "(.*)"$/.exec(matchers.find((each) => each.startsWith('alertname')) ?? '') ?? [];
  return pattern === undefined ? null : new RegExp(`^(?:${pattern})$`);
};

/** Whether one alert keeps another one, of another name, from being told. */
export const inhibition = async (): Promise<(source: string, target: string) => boolean> => {
  const rules = (await committed()).inhibit_rules.map(({ source_matchers, target_matchers }) => ({
    source: namesOf(source_matchers),
    target: namesOf(target_matchers),
  }));
  return (source, target) =>
    rules.some((rule) => rule.source?.test(source) === true && rule.target?.test(target) === true);
};

/** A real Alertmanager with the committed routes. */
export class Alertmanager {
  private constructor(
    private readonly folder: string,
    readonly address: string,
    private readonly daemon: Daemon,
  ) {}

  /** @param url where everything is sent @param port a free one where it is not told */
  static async start(url: string, port?: number): Promise<Alertmanager> {
    const folder = await mkdtemp(join(tmpdir(), 'darkroom-alertmanager-'));
    await writeFile(join(folder, 'alertmanager.yml'), await configurationFor(url));
    const address = `127.0.0.1:${String(port ?? (await freePort(null)))}`;
    const daemon = Daemon.start('prometheus-alertmanager', [
      `--config.file=${folder}/alertmanager.yml`,
      `--storage.path=${folder}/data`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
      '--log.level=warn',
    ]);
    const ready = async (): Promise<boolean> => {
      if (daemon.hasEnded) throw new Error(`Alertmanager ended:\n${daemon.output}`);
      return fetch(`http://${address}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    };
    await until('Alertmanager is ready', ready, 20_000);
    return new Alertmanager(folder, address, daemon);
  }

  async close(): Promise<void> {
    await this.daemon.end();
    await rm(this.folder, { recursive: true, force: true });
  }
}
