import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An alert as Alertmanager sends it. */
export interface ReceivedAlert {
  /** The receiver of alertmanager.yml. */
  readonly receiver: string;
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Notification {
  readonly receiver: string;
  readonly alerts: readonly Omit<ReceivedAlert, 'receiver'>[];
}

/** Stands where a pager or a chat would, and keeps what comes. */
export class AlertReceiver {
  readonly received: ReceivedAlert[] = [];

  private constructor(private readonly server: Server) {}

  /** @param onAlert called for each that comes */
  static async start(onAlert: (alert: ReceivedAlert) => void = () => undefined): Promise<AlertReceiver> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { receiver, alerts } = JSON.parse(Buffer.concat(parts).toString()) as Notification;
        for (const alert of alerts) {
          started.received.push({ ...alert, receiver });
          onAlert({ ...alert, receiver });
        }
        response.end();
      });
    });
    const started = new AlertReceiver(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/`;
  }

  /** Names of what has fired. @param receiver of all where none is named */
  firedAt(receiver?: string): ReadonlySet<string> {
    const fired = this.received.filter(
      (each) => each.status === 'firing' && (receiver ?? each.receiver) === each.receiver,
    );
    return new Set(fired.map(({ labels }) => labels['alertname'] ?? ''));
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
