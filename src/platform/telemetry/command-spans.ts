import { Injectable } from '@nestjs/common';
import { type Command, CommandBus } from '@nestjs/cqrs';
import { inSpan } from '../../eventsourcing/traces.js';

/** Makes a span of each command that goes over the bus of this process, with its name and nothing of what it says. */
@Injectable()
export class CommandSpans {
  constructor(bus: CommandBus) {
    const execute = bus.execute.bind(bus);
    const executeInSpan = <R>(command: Command<R>, ...rest: never[]): Promise<R> => {
      const { name } = command.constructor;
      return inSpan(`command ${name}`, { attributes: { 'darkroom.command.type': name } }, () =>
        execute(command, ...rest),
      );
    };
    Object.assign(bus, { execute: executeInSpan });
  }
}
