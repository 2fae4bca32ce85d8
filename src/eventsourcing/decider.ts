import type { DomainEvent } from './event.js';

/**
 * The rules of one kind of stream, pure. `decide` rejects by throwing a domain error and answers [] where nothing has to happen;
 * `evolve` never throws and never judges. Source of the shape: Jérémie Chassaing, "Functional Event Sourcing Decider" (2021).
 */
export interface Decider<State, Command, E extends DomainEvent> {
  readonly initialState: State;
  readonly decide: (command: Command, state: State) => readonly E[];
  readonly evolve: (state: State, event: E) => State;
}

/** Folds a history into the state that it leads to. */
export const fold = <State, E extends DomainEvent>(
  decider: Pick<Decider<State, never, E>, 'initialState' | 'evolve'>,
  history: readonly E[],
): State => history.reduce(decider.evolve, decider.initialState);
