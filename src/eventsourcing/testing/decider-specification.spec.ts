import type { Decider } from '../decider.js';
import { specificationOf } from './decider-specification.js';

interface Counted {
  readonly type: 'Counted';
  readonly data: { readonly by: number };
}

class TooMuch extends Error {
  readonly code = 'too_much';
}

const counter: Decider<number, number, Counted> = {
  initialState: 0,
  decide: (by, total) => {
    if (by + total > 10) throw new TooMuch();
    return by === 0 ? [] : [{ type: 'Counted', data: { by } }];
  },
  evolve: (total, { data }) => total + data.by,
};

describe('a specification of a decider', () => {
  const given = specificationOf(counter);
  const counted = (by: number): Counted => ({ type: 'Counted', data: { by } });

  it('holds where the decision is the expected one', () => {
    given().when(3).then(counted(3));
    given(counted(3)).when(0).thenNothing();
    given(counted(9)).when(2).thenRejects({ code: 'too_much' });
  });

  it('fails on other events, on fewer and on more', () => {
    expect(() => {
      given().when(3).then(counted(4));
    }).toThrow(/3/);
    expect(() => {
      given().when(3).then(counted(3), counted(3));
    }).toThrow();
    expect(() => {
      given().when(3).then();
    }).toThrow();
    expect(() => {
      given().when(3).thenNothing();
    }).toThrow();
  });

  it('fails where the rejection is missing or another one', () => {
    expect(() => {
      given().when(3).thenRejects({ code: 'too_much' });
    }).toThrow(/Missing expected exception/);
    expect(() => {
      given(counted(9)).when(2).thenRejects({ code: 'other' });
    }).toThrow();
  });
});
