import { Injectable } from '@nestjs/common';
import { type Command, CommandBus } from '@nestjs/cqrs';
import { inSpan, nameOf } from '../../eventsourcing/traces.js';
import { recognise } from '../http/fault.js';
import { ProblemCatalogue } from '../http/problem-codes.js';

/** Makes a span of each command that goes over the bus of this process, with its name and nothing of what it says. */
@Injectable()
export class CommandSpans {
  constructor(bus: CommandBus, catalogue: ProblemCatalogue) {
    // A client that asks for what it cannot have is no failure of this program.
    const failureOf = (error: unknown): string | null =>
      recognise(error, catalogue).kind.status < 500 ? null : nameOf(error);
    const execute = bus.execute.bind(bus);
    const executeInSpan = <R>(command: Command<R>, ...rest: never[]): Promise<R> => {
      const { name } = command.constructor;
      return inSpan(`command ${name}`, { attributes: { 'darkroom.command.type': name }, failureOf }, () =>
        execute(command, ...rest),
      );
    };
    Object.assign(bus, { execute: executeInSpan });
  }
}
