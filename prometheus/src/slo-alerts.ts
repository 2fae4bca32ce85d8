import type { Alert } from './alert.js';
import { BURNS, SLOS, type Burn, type Slo } from './slos.js';

/** Without the noise of binary fractions: 0.01 and not 0.010000000000000009. */
const tidy = (value: number): string => String(Number(value.toPrecision(6)));

const budgetOf = ({ objective }: Slo): number => 1 - objective;

const errors = ({ name }: Slo, window: string): string => `darkroom_slo:errors:ratio_rate${window}{slo="${name}"}`;

const burning = (slo: Slo, { factor, long, short }: Burn): string => {
  const limit = tidy(factor * budgetOf(slo));
  return `(${errors(slo, long)} > ${limit} and ${errors(slo, short)} > ${limit})`;
};

const percent = (value: number): string => `${tidy(value * 100)} %`;

const DESCRIPTIONS = {
  page: 'At this speed the error budget of 30 days is gone within five days, or within two: users notice now.',
  ticket: 'The error budget of 30 days will be gone before they are over.',
} as const;

/** Two alerts for each objective: of the same name, one that wakes somebody and one that waits for the day. */
export const SLO_ALERTS: readonly Alert[] = SLOS.flatMap((slo) =>
  BURNS.map(({ severity, guard, burns }): Alert => {
    const total = `darkroom_slo:total:rate5m{slo="${slo.name}"}`;
    return {
      name: slo.alert,
      severity,
      summary: `${slo.title}: the budget burns (objective ${percent(slo.objective)})`,
      description: `{{ $value | humanizePercentage }} of what counts was bad. ${DESCRIPTIONS[severity]} Good is: ${slo.good}`,
      dashboard: slo.dashboard,
      value: `(${burns.map((burn) => burning(slo, burn)).join(' or ')})`,
      isWrong: '',
      and: `on (slo) avg_over_time(${total}[${guard.window}]) * ${guard.seconds} > ${guard.events}`,
      for: severity === 'page' ? '1m' : '15m',
      isSilent: true,
    };
  }),
);
