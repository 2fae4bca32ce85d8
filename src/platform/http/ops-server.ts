import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/config.js';

/** What one path of the port for operators answers. */
export interface OpsAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** @param accept the header of the request */
export type OpsRoute = (accept: string | undefined) => Promise<OpsAnswer>;

export const opsJson = (status: number, body: object): OpsAnswer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify(body),
});

/** Of OpenTelemetry's exporter for Prometheus, where scrapers look first. */
const USUAL_PORT = 9464;

/**
 * The port for operators of every role: a few paths to read, and nothing else. It is open from the end of the start to the end of the
 * shutdown, so that a scrape and a probe are answered all the while.
 */
@Injectable()
export class OpsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(OpsServer.name);
  private readonly routes = new Map<string, OpsRoute>();
  private server: Server | null = null;

  constructor(private readonly config: Config) {}

  /** Has a path answered, from the start on. @param path without a trailing slash */
  answer(path: string, route: OpsRoute): void {
    this.routes.set(path, route);
  }

  /** A process without a role, as a command is, has no operators. @throws ConfigInvalid where the port is taken */
  async onApplicationBootstrap(): Promise<void> {
    if (this.config.get('ROLE').length === 0) return;
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
    let answer: OpsAnswer;
    try {
      answer = await this.answerTo(request);
    } catch (error) {
      this.logger.error({ msg: `${String(request.url?.split('?')[0])} failed`, err: error });
      answer = opsJson(500, { status: 'error' });
    }
    const { status, contentType, body } = answer;
    response.writeHead(status, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  private answerTo({ method, url = '', headers }: IncomingMessage): Promise<OpsAnswer> {
    if (method !== 'GET' && method !== 'HEAD')
      return Promise.resolve(opsJson(405, { status: 'error', detail: 'Only GET and HEAD are answered' }));
    const route = this.routes.get(url.split('?')[0]?.replace(/(.)\/$/, '$1') ?? '');
    const paths = [...this.routes.keys()].join(', ');
    return route?.(headers.accept) ?? Promise.resolve(opsJson(404, { status: 'error', detail: `There are ${paths}` }));
  }
}
