/** The stride of a group of weight 1: so large that those of greater weights are told apart, so small that the clock never ends. */
const STRIDE = 1_000_000;
const LONGEST = 1000 * STRIDE;

/**
 * How far a group's turns lie apart on the queue's clock: the more weight, the closer. After C. A. Waldspurger and W. E. Weihl, Stride
 * Scheduling, 1995; the clock that late comers begin at is that of P. Goyal, H. M. Vin and H. Cheng, Start-time Fair Queuing, 1996.
 * @throws RangeError for a weight that is not above 0, or too small or too large to be kept exactly
 */
export const strideOf = (weight = 1): number => {
  const stride = Math.round(STRIDE / weight);
  if (!(stride >= 1 && stride <= LONGEST)) throw new RangeError(`${String(weight)} is not the weight of a group.`);
  return stride;
};
