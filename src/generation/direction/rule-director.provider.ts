import { Injectable } from '@nestjs/common';
import type { VisualParameters } from '../../providers/image-provider.port.js';
import { directByRules } from './direction.policy.js';
import { Director, type Direction } from './director.port.js';

/** The built-in director: the rules of direction.data.ts, at once and without a network. */
@Injectable()
export class RuleDirector extends Director {
  direct(prompt: string, given: VisualParameters): Promise<Direction> {
    return Promise.resolve(directByRules(prompt, given));
  }
}
