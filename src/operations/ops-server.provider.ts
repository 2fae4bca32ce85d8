import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { NotReady } from './health.errors.js';
import { Scrape } from './metrics/scrape.provider.js';
import { Probes } from './probes.provider.js';

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const json = (status: number, body: object): Answer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify(body),
});

/** Of OpenTelemetry's exporter for Prometheus, where scrapers look first. */
const USUAL_PORT = 9464;

const OK = json(200, { status: 'ok' });

/**
 * The port for operators of every role: metrics and probes, and nothing else. It stays open until everything else has ended, so that a
 * scrape and a probe are answered through the whole shutdown.
 */
@Injectable()
export class OpsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(OpsServer.name);
  private server: Server | null = null;

  constructor(
    private readonly config: Config,
    private readonly probes: Probes,
    private readonly scrape: Scrape,
  ) {}

  /** @throws ConfigInvalid where the port is taken */
  async onApplicationBootstrap(): Promise<void> {
    const server = createServer((request, response) => {
      void this.serve(request, response);
    });
    await this.listen(server);
    this.server = server;
  }

  /** Where it listens, `http://127.0.0.1:9464`. @throws Error before the bootstrap */
  get origin(): string {
    const { address, port } = this.server?.address() as AddressInfo;
    return `http://${address.includes(':') ? `[${address}]` : address}:${String(port)}`;
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeIdleConnections();
  }

  private async listen(server: Server): Promise<void> {
    const wanted = this.config.get('OPS_PORT');
    try {
      await this.listenOn(server, wanted ?? USUAL_PORT);
    } catch (error) {
      if (wanted !== null)
        throw this.config.invalid('OPS_PORT', `cannot be listened on (${String(error)})`, { cause: error });
      // Another process of this machine has it, and nobody asked for it.
      await this.listenOn(server, 0);
    }
  }

  private async listenOn(server: Server, port: number): Promise<void> {
    server.listen(port, this.config.get('OPS_HOST'));
    await once(server, 'listening');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: Answer;
    try {
      answer = await this.answerTo(request);
    } catch (error) {
      this.logger.error(
        `${String(request.url)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      answer = json(500, { status: 'error' });
    }
    const { status, contentType, body } = answer;
    response.writeHead(status, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  private async answerTo({ method, url = '', headers }: IncomingMessage): Promise<Answer> {
    if (method !== 'GET' && method !== 'HEAD')
      return json(405, { status: 'error', detail: 'Only GET and HEAD are answered' });
    switch (url.split('?')[0]?.replace(/(.)\/$/, '$1')) {
      case '/metrics': {
        const { contentType, body } = await this.scrape.answer(headers.accept);
        return { status: 200, contentType, body };
      }
      case '/health/live':
      case '/health/startup':
        return OK;
      case '/health/ready':
        return this.ready();
      default:
        return json(404, {
          status: 'error',
          detail: 'There are /metrics, /health/live, /health/ready and /health/startup',
        });
    }
  }

  private async ready(): Promise<Answer> {
    try {
      return json(200, await this.probes.checkReady());
    } catch (error) {
      if (!(error instanceof NotReady)) throw error;
      return json(503, { status: 'error', ...error.details });
    }
  }
}
