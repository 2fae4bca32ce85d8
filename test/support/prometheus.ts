import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { freePort } from '../../src/platform/database/free-port.js';
import type { RuleFile, RuleGroup } from '../../prometheus/src/rule-files.js';
import { Daemon, ran } from './program.js';
import { until } from './until.js';

export interface PrometheusOptions {
  /** Addresses of processes, `127.0.0.1:9464`. */
  readonly targets?: readonly string[];
  /** Others that are scraped, every five seconds: an address by the name of the job. */
  readonly others?: Readonly<Record<string, string>>;
  /** Address of an Alertmanager. */
  readonly alertmanager: string;
  /** Samples with their times, as OpenMetrics, that it finds at its start. */
  readonly history?: string;
  /** A free one where it is not told. */
  readonly port?: number;
  /** Waits as long as the rules say; a test does not. */
  readonly isPatient?: true;
}

/** A series of an answer, with its points. */
export interface Answered {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

interface RuleState {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

const RULES = 'prometheus/rules';

/** The committed rules, but for how long something has to be wrong and how often they are looked at: a test does not wait for either. */
const impatient = ({ groups }: RuleFile): RuleFile => ({
  groups: groups.map((group): RuleGroup => ({
    ...group,
    interval: '1s',
    rules: group.rules.map((rule) => ('alert' in rule ? { ...rule, for: '0s' } : rule)),
  })),
});

const configurationOf = ({ targets = [], others = {}, alertmanager, isPatient }: PrometheusOptions): string =>
  stringify({
    global:
      isPatient === true
        ? { scrape_interval: '5s', scrape_timeout: '5s', evaluation_interval: '5s' }
        : { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['rules/*.yml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    scrape_configs: [
      { job_name: 'darkroom', static_configs: [{ targets }] },
      ...Object.entries(others).map(([job_name, address]) => ({
        ...{ job_name, scrape_interval: '5s', scrape_timeout: '5s', static_configs: [{ targets: [address] }] },
      })),
    ],
  });

const backfill = async (folder: string, history: string): Promise<void> => {
  await writeFile(join(folder, 'history.om'), history);
  const command = ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', '--max-block-duration=48h'];
  const { code, output } = ran('promtool', [...command, join(folder, 'history.om'), join(folder, 'data')]);
  if (code !== 0) throw new Error(`promtool took no history:\n${output}`);
};

/** A real Prometheus that scrapes, and evaluates the committed rules, every second, or every five where it is patient. */
export class Prometheus {
  private constructor(
    private readonly folder: string,
    readonly origin: string,
    private readonly daemon: Daemon,
  ) {}

  static async start(options: PrometheusOptions): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'darkroom-prometheus-'));
    await mkdir(join(folder, 'rules'));
    for (const name of await readdir(RULES)) {
      const file = parse(await readFile(join(RULES, name), 'utf8')) as RuleFile;
      await writeFile(join(folder, 'rules', name), stringify(options.isPatient === true ? file : impatient(file)));
    }
    await writeFile(join(folder, 'prometheus.yml'), configurationOf(options));
    if (options.history !== undefined) await backfill(folder, options.history);
    const address = `127.0.0.1:${String(options.port ?? (await freePort(null)))}`;
    const daemon = Daemon.start('prometheus', [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${address}`,
      '--storage.tsdb.retention.time=35d',
      '--enable-feature=exemplar-storage',
      // It knows of Alertmanager only after some seconds, and would tell again after a minute.
      '--rules.alert.resend-delay=1s',
      '--log.level=warn',
    ]);
    const started = new Prometheus(folder, `http://${address}`, daemon);
    await until('Prometheus is ready', () => started.isReady(), 30_000);
    return started;
  }

  /** The answer to a query, each series with one point. @throws Error with what Prometheus says of a query that is wrong */
  async query(expression: string): Promise<Answered[]> {
    const { result } = await this.ask<{ result: { metric: Answered['metric']; value: readonly [number, string] }[] }>(
      'query',
      { query: expression },
    );
    return result.map(({ metric, value }) => ({ metric, values: [value] }));
  }

  /** Its answers every second of the last ones. */
  async queryRange(expression: string, seconds: number): Promise<Answered[]> {
    const end = Date.now() / 1000;
    const { result } = await this.ask<{ result: Answered[] }>('query_range', {
      query: expression,
      start: String(end - seconds),
      end: String(end),
      step: '2',
    });
    return result;
  }

  async rules(): Promise<RuleState[]> {
    const { groups } = await this.ask<{ groups: { rules: RuleState[] }[] }>('rules', {});
    return groups.flatMap(({ rules }) => rules);
  }

  /** Labels of all exemplars that a query leads to, of the last seconds. */
  async exemplars(expression: string, seconds: number): Promise<Readonly<Record<string, string>>[]> {
    const end = Date.now() / 1000;
    const found = await this.ask<{ exemplars: { labels: Readonly<Record<string, string>> }[] }[]>('query_exemplars', {
      query: expression,
      start: String(end - seconds),
      end: String(end),
    });
    return found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels));
  }

  async close(): Promise<void> {
    await this.daemon.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  private isReady(): Promise<boolean> {
    if (this.daemon.hasEnded) throw new Error(`Prometheus ended:\n${this.daemon.output}`);
    return fetch(`${this.origin}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  private async ask<Answer>(path: string, parameters: Readonly<Record<string, string>>): Promise<Answer> {
    const response = await fetch(`${this.origin}/api/v1/${path}`, {
      method: 'POST',
      body: new URLSearchParams(parameters),
    }).then((answer) => (answer.status === 405 ? fetch(`${this.origin}/api/v1/${path}`) : answer));
    const answer = (await response.json()) as { data?: Answer; error?: string };
    if (answer.data === undefined) throw new Error(`${String(answer.error)} (${parameters['query'] ?? path})`);
    return answer.data;
  }
}
