import { ERROR_CATEGORIES, ProviderError } from '../../providers/image-provider.port.js';
import { cancellationFault, expiryOf, failureOf } from './failure-line.policy.js';

describe('the line of a failure', () => {
  it.each(ERROR_CATEGORIES)('is a warning while another attempt follows: %s', (category) => {
    expect(failureOf({ category }, false)).toMatchObject({ level: 'warn', line: { category } });
  });

  it('is an error where the run has failed, but for what only the caller can mend', () => {
    const warned = ERROR_CATEGORIES.filter((category) => failureOf({ category }, true).level === 'warn');
    expect(warned).toEqual(['invalid_request', 'moderated', 'expired']);
  });

  it('says whether the category may pass by itself', () => {
    expect(failureOf({ category: 'timeout' }, true).line.retryable).toBe(true);
    expect(failureOf({ category: 'unauthorized' }, true).line.retryable).toBe(false);
    expect(expiryOf('simulator')).toEqual({
      ...{ msg: 'The run failed: expired', category: 'expired', retryable: false },
      provider: 'simulator',
    });
  });
});

describe('the line of a cancellation that failed', () => {
  it('has none of the words of the provider', () => {
    const told = cancellationFault(new ProviderError('network', 'no way to cancel "a red car"'));
    expect(told).toEqual({ category: 'network', error: 'ProviderError' });
    expect(cancellationFault(new TypeError('a red car'))).toEqual({ category: 'unknown', error: 'TypeError' });
  });
});
