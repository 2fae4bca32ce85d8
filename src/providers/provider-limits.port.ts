/** How much a provider takes; of the calls of all workers together. */
export interface ProviderLimit {
  /** Calls at the same time. */
  readonly concurrency: number | null;
  readonly rate: {
    /** Calls to begin in a period. */
    readonly calls: number;
    /** Of the period: a second, a minute or an hour. */
    readonly periodSeconds: number;
  } | null;
}

const PERIODS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 };
const MOST = 1_000_000;

const count = (part: string): number => {
  const parsed = /^\d+$/.test(part) ? Number(part) : 0;
  if (parsed < 1 || parsed > MOST) throw new Error(`has "${part}" where a whole number from 1 to 1000000 belongs`);
  return parsed;
};

const rateOf = (part: string): NonNullable<ProviderLimit['rate']> => {
  const [calls = '', period = ''] = part.split('/');
  const periodSeconds = PERIODS[period];
  if (periodSeconds === undefined || part.split('/').length > 2)
    throw new Error(`has the rate "${part}", which is not like 10/s, 600/min or 5000/h`);
  return { calls: count(calls), periodSeconds };
};

const limitOf = (parts: readonly string[], id: string): ProviderLimit => {
  const rates = parts.filter((part) => part.includes('/')).map(rateOf);
  const concurrencies = parts.filter((part) => !part.includes('/')).map(count);
  if (rates.length > 1 || concurrencies.length > 1)
    throw new Error(`limits ${id} twice: a provider has one number of calls at a time and one rate`);
  return { concurrency: concurrencies[0] ?? null, rate: rates[0] ?? null };
};

/** What PROVIDER_LIMITS says. */
export class ProviderLimits {
  private constructor(private readonly limits: ReadonlyMap<string, ProviderLimit>) {}

  /** Whether every provider takes whatever comes. */
  get areNone(): boolean {
    return this.limits.size === 0;
  }

  /** Undefined for a provider that takes whatever comes. */
  of(providerId: string): ProviderLimit | undefined {
    return this.limits.get(providerId);
  }

  /**
   * @param text like `simulator=4,10/s; fal=2`: for each provider how many calls at the same time, how many in a second, minute or hour, or both
   * @param known ids of the providers that there are
   * @throws Error with what is wrong, in words that follow the text
   */
  static parse(text: string, known: readonly string[]): ProviderLimits {
    const limits = new Map<string, ProviderLimit>();
    for (const entry of text.split(';').filter((each) => each.trim() !== '')) {
      const [id = '', ...rest] = entry.split('=').map((part) => part.trim());
      const [value = ''] = rest;
      if (id === '' || rest.length !== 1 || value === '')
        throw new Error(`has "${entry.trim()}", which is not like provider=4, provider=10/s or provider=4,10/s`);
      if (!known.includes(id)) throw new Error(`names the provider "${id}"; there are ${known.join(', ')}`);
      if (limits.has(id)) throw new Error(`names the provider ${id} twice`);
      limits.set(
        id,
        limitOf(
          value.split(',').map((part) => part.trim()),
          id,
        ),
      );
    }
    return new ProviderLimits(limits);
  }
}
