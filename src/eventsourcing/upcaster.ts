import { UnknownEventType } from './errors.js';
import type { DomainEvent } from './event.js';

/** Turns one stored shape into the next newer one; pure. */
export type Upcaster = (data: object) => DomainEvent;

/** What one capability declares of its events: those that it writes today and those that it wrote once. */
export interface EventDeclaration {
  readonly current: readonly string[];
  /** By the stored type's name. */
  readonly upcasters?: Readonly<Record<string, Upcaster>>;
}

/** Every event type that this build can read. */
export class EventTypes {
  private readonly current: ReadonlySet<string>;
  private readonly upcasters: ReadonlyMap<string, Upcaster>;

  constructor(declarations: readonly EventDeclaration[]) {
    this.current = new Set(declarations.flatMap((each) => each.current));
    this.upcasters = new Map(declarations.flatMap((each) => Object.entries(each.upcasters ?? {})));
  }

  /** What need not be read by whoever wants these types: where an old type leads, its events alone tell, and an unknown one has to be met. */
  besides(types: readonly string[]): string[] {
    return [...this.current].filter((type) => !types.includes(type));
  }

  /** @throws UnknownEventType */
  decode(type: string, data: object, position: number): DomainEvent {
    let event: DomainEvent = { type, data };
    for (let steps = 0; !this.current.has(event.type); steps++) {
      const upcast = this.upcasters.get(event.type);
      // A chain that is longer than there are upcasters leads in a circle.
      if (!upcast || steps === this.upcasters.size) throw new UnknownEventType(event.type, position);
      event = upcast(event.data);
    }
    return event;
  }
}
