import type { VisualParameters } from '../../providers/image-provider.port.js';
import type { Direction } from './director.port.js';

/** The parameters that a text asks for in so many words, without those that only follow from its subject. */
export const askedOf = ({ asked, visual }: Direction): VisualParameters =>
  Object.fromEntries(asked.map((parameter) => [parameter, visual[parameter]]));
