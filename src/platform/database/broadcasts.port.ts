/** Tells all processes of an installation something that may get lost. */
export abstract class Broadcasts {
  /** Calls back for each payload of the channel, those of this process too. @returns the way to stop */
  abstract listen(channel: string, listener: (payload: string) => void): Promise<() => void>;
  /** Sends each payload, under 8,000 bytes. @throws Error where it could not be sent */
  abstract notify(channel: string, payloads: readonly string[]): Promise<void>;
}
