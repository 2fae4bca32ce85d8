import { BATCH_ID, batchCreated, itemRun } from '../../test/support/batches.js';
import { RUN_ID, TIMES, happened, recorded } from '../../test/support/generations.js';
import type { GenerationEvent } from '../generation/generation.events.js';
import { concernsIn, endedRuns, type Followed } from './batch-concerns.policy.js';

const OTHER = '0198c0de-0000-7000-8000-0000000000bb';
const place = { runId: RUN_ID, batchId: BATCH_ID, index: 3 };
const created: Followed = { ...recorded(happened.created())[0], ...batchCreated(2), streamId: BATCH_ID } as Followed;

describe('what events mean to batches', () => {
  it('is the end of an item for the run that stands there', () => {
    const events = recorded(happened.completed());
    expect(endedRuns(events)).toEqual([RUN_ID]);
    expect(concernsIn(events, [place])).toEqual(
      new Map([
        [
          BATCH_ID,
          {
            cause: events[0],
            isNew: false,
            ends: [{ index: 3, outcome: { status: 'completed' }, endedAt: TIMES.ended }],
            made: [],
          },
        ],
      ]),
    );
    const outcome = (event: GenerationEvent): unknown =>
      concernsIn(recorded(event), [place]).get(BATCH_ID)?.ends[0]?.outcome;
    expect(outcome(happened.failed())).toEqual({ status: 'failed', message: 'Refused' });
    expect(outcome(happened.cancelled(1))).toEqual({ status: 'cancelled', started: false });
    expect(outcome(happened.cancelled(2))).toEqual({ status: 'cancelled', started: true });
    expect(outcome(happened.cancelled())).toEqual({ status: 'cancelled', started: true });
  });

  it('is nothing where a run belongs to no batch, or goes on', () => {
    expect(concernsIn(recorded(happened.created(), happened.completed()), [])).toEqual(new Map());
    expect(endedRuns(recorded(happened.created(), happened.started(), happened.retried()))).toEqual([]);
  });

  it('is known from the first event of a run that ends where it is made', () => {
    const events = recorded(happened.created({ batch_id: OTHER, batch_index: 4 }), happened.completed());
    expect(endedRuns(events)).toEqual([]);
    expect(concernsIn(events, []).get(OTHER)).toMatchObject({ made: [RUN_ID], ends: [{ index: 4 }] });
  });

  it('is gathered for each batch, with the last event as its cause', () => {
    const [made] = recorded(happened.created({ batch_id: OTHER, batch_index: 0 }));
    const [ended] = recorded(happened.failed());
    if (!made || !ended) throw new Error('There are no events');
    const stopped = {
      ...created,
      ...{ type: 'BatchStopped', data: { reason: 'cancelled', index: null, stopped_at: TIMES.ended } },
    } as Followed;
    const concerns = concernsIn(
      [created, made, ended, { ...ended, streamId: itemRun(1) }, stopped],
      [place, { runId: itemRun(1), batchId: BATCH_ID, index: 1 }],
    );
    expect(concerns.get(BATCH_ID)).toMatchObject({ cause: stopped, isNew: true, ends: [{ index: 3 }, { index: 1 }] });
    expect(concerns.get(OTHER)).toEqual({ cause: made, isNew: false, ends: [], made: [RUN_ID] });
  });
});
