import type { Batch } from './batch.decider.js';
import type { BatchItem } from './batch.events.js';

/** An item with its place in the request. */
export interface PlacedItem extends BatchItem {
  readonly index: number;
}

/** Items that have not ended, in the order of the request. */
export const openItems = (state: Batch): readonly PlacedItem[] =>
  state.status === 'none'
    ? []
    : state.order.items.flatMap((item, index) => (state.ends[index] === null ? [{ ...item, index }] : []));

/** Items whose runs are to be there now: all that have not ended, or the first of them; none once the batch is stopped. */
export const dueItems = (state: Batch): readonly PlacedItem[] => {
  if (state.status === 'none' || state.stopped) return [];
  const open = openItems(state);
  return state.order.parallel ? open : open.slice(0, 1);
};
