import { UnknownEventType } from './errors.js';
import { EventTypes } from './upcaster.js';

describe('event types', () => {
  const types = new EventTypes([
    { current: ['Untouched'] },
    {
      current: ['PersonNamed'],
      upcasters: {
        NameSet: (data) => ({ type: 'NameChosen', data: { full: (data as { name: string }).name } }),
        NameChosen: (data) => {
          const [given = '', family = ''] = (data as { full: string }).full.split(' ');
          return { type: 'PersonNamed', data: { given, family } };
        },
      },
    },
  ]);

  it('leaves an event of today as it is', () => {
    const data = { a: 1 };
    expect(types.decode('Untouched', data, 1)).toEqual({ type: 'Untouched', data });
  });

  it('brings an event of yesterday up to today, and one of the day before over two steps', () => {
    const today = { type: 'PersonNamed', data: { given: 'Ada', family: 'Lovelace' } };
    expect(types.decode('NameChosen', { full: 'Ada Lovelace' }, 1)).toEqual(today);
    expect(types.decode('NameSet', { name: 'Ada Lovelace' }, 1)).toEqual(today);
  });

  it('refuses a type that nobody declared, and says where it stands', () => {
    expect(() => types.decode('FromTheFuture', {}, 7)).toThrow(new UnknownEventType('FromTheFuture', 7));
    expect(() => types.decode('constructor', {}, 7)).toThrow(UnknownEventType);
  });

  it('may be passed over where they are of today and not wanted, which no older type and no unknown one is', () => {
    expect(types.besides(['Untouched'])).toEqual(['PersonNamed']);
    expect(types.besides([])).toEqual(['Untouched', 'PersonNamed']);
  });

  it('refuses a chain that leads nowhere or in a circle', () => {
    const broken = new EventTypes([
      {
        current: [],
        upcasters: {
          ToNowhere: () => ({ type: 'Nowhere', data: {} }),
          Round: () => ({ type: 'AndRound', data: {} }),
          AndRound: () => ({ type: 'Round', data: {} }),
        },
      },
    ]);
    expect(() => broken.decode('ToNowhere', {}, 1)).toThrow('Nowhere at position 1');
    expect(() => broken.decode('Round', {}, 1)).toThrow(UnknownEventType);
  });
});
