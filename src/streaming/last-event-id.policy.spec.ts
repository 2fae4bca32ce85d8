import { lastEventId } from './last-event-id.policy.js';

describe('lastEventId', () => {
  it.each([
    ['0', 0],
    ['1', 1],
    ['007', 7],
    [' 42 ', 42],
    ['999999999999999', 999_999_999_999_999],
  ])('reads %j', (header, id) => {
    expect(lastEventId(header)).toBe(id);
  });

  it.each([undefined, '', ' ', '-1', '+1', '1.5', '1e3', '0x10', 'abc', '1,2', '1 2', '٣', '1000000000000000'])(
    'takes %j for no id of ours',
    (header) => {
      expect(lastEventId(header)).toBeNull();
    },
  );
});
