import { deepStrictEqual, throws } from 'node:assert/strict';
import { fold, type Decider } from '../decider.js';
import type { DomainEvent } from '../event.js';

/** What is expected of one decision; each check throws AssertionError where it does not hold. */
export interface Expectation<E extends DomainEvent> {
  /** Exactly these events, in this order. */
  then(...events: readonly E[]): void;
  thenNothing(): void;
  /** Rejected by an error with these properties, for example its code. */
  thenRejects(error: Readonly<Record<string, unknown>>): void;
}

/** Specifications of a decider as sentences: `const given = specificationOf(decider)`, `given(…events).when(command).then(…events)`. */
export const specificationOf =
  <State, Command, E extends DomainEvent>(decider: Decider<State, Command, E>) =>
  (...history: readonly E[]) => ({
    when: (command: Command): Expectation<E> => {
      const decide = (): readonly E[] => decider.decide(command, fold(decider, history));
      return {
        then: (...events) => {
          deepStrictEqual([...decide()], events);
        },
        thenNothing: () => {
          deepStrictEqual([...decide()], []);
        },
        thenRejects: (error) => {
          throws(decide, error);
        },
      };
    },
  });
