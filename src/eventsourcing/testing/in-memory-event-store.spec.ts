import { behavesLikeAnEventStore } from '../../../test/contract/event-store.contract.js';
import { InMemoryEventStore } from './in-memory-event-store.js';

behavesLikeAnEventStore('InMemoryEventStore', () =>
  Promise.resolve({ store: new InMemoryEventStore(), dispose: () => Promise.resolve() }),
);
