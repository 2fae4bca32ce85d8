import { StorageUnavailable } from '../../platform/storage/storage.errors.js';
import { ProviderError } from '../../providers/image-provider.port.js';
import { AttemptTimedOut, faultOf } from './attempt-fault.policy.js';

describe('the fault of an attempt', () => {
  it('is what the provider says, with its wish for the next one', () => {
    expect(faultOf(new ProviderError('rate_limited', 'Slow down', 3))).toEqual({
      category: 'rate_limited',
      message: 'Slow down',
      retryAfterSeconds: 3,
    });
  });

  it.each([
    ['storage', new StorageUnavailable('while writing', { cause: new Error('The disk is full') })],
    ['timeout', new AttemptTimedOut('It took too long')],
  ])('is %s', (category, error) => {
    expect(faultOf(error)).toEqual({ category, message: error.message, retryAfterSeconds: null });
  });

  it.each([[new TypeError("Cannot read properties of undefined (reading 'secret')")], ['a string'], [undefined]])(
    'is none that a caller is told, where nobody foresaw it: %s',
    (error) => {
      expect(faultOf(error)).toBeNull();
    },
  );
});
