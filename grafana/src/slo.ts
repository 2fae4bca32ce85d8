import { BURNS, LONGER_WINDOWS, SLOS } from '../../prometheus/src/slos.js';
import { choice, type DashboardSpec } from './dashboard.js';
import { lines, table } from './panels.js';

const CHOSEN = '{slo=~"$slo"}';
const ALLOWED = `(1 - darkroom_slo:objective:ratio${CHOSEN})`;

const errors = (window: string): string => `darkroom_slo:errors:ratio_rate${window}${CHOSEN}`;
/** A name of its own for each column would keep the rows of one objective apart. */
const bySlo = (expression: string): string => `max by (slo) (${expression})`;
const burn = (window: string): string => `${errors(window)} / ${ALLOWED}`;

const [fast, slow] = BURNS[0].burns;

const STANDING = [
  table({
    title: 'Objectives',
    description:
      'Over 30 days, or as long as Prometheus has watched. Burning at 1, a budget is just gone after 30 days.',
    unit: 'percentunit',
    labels: { slo: 'Objective' },
    queries: [
      { expr: bySlo(`darkroom_slo:objective:ratio${CHOSEN}`), legend: 'Wanted' },
      { expr: `1 - ${errors('30d')}`, legend: 'Good' },
      { expr: bySlo(`darkroom_slo:budget_left:ratio${CHOSEN}`), legend: 'Budget left' },
    ],
  }),
  lines({
    title: 'Budget left',
    description: 'Of the errors that 30 days allow. Below 0 the objective is missed.',
    unit: 'percentunit',
    // As much again as was allowed; who is further down has long been told.
    min: -1,
    limit: 0,
    isBadBelow: true,
    queries: [{ expr: `darkroom_slo:budget_left:ratio${CHOSEN}`, legend: '{{slo}}' }],
  }),
  lines({
    title: 'Days until the budget is gone',
    description: 'If it goes on as in the last six hours, 90 at the most; no line where nothing burns.',
    unit: 'short',
    queries: [
      {
        expr: `clamp(30 * darkroom_slo:budget_left:ratio${CHOSEN} / (${burn('6h')} > 0), 0, 90)`,
        legend: '{{slo}}',
      },
    ],
  }),
];

const BURNING = [
  lines({
    title: `Burning over an hour`,
    description: `At ${String(fast.factor)} somebody is woken, if the last five minutes burn as fast: the budget would be gone in two days.`,
    unit: 'short',
    limit: fast.factor,
    queries: [{ expr: burn(fast.long), legend: '{{slo}}' }],
  }),
  lines({
    title: 'Burning over six hours',
    description: `At ${String(slow.factor)} somebody is woken, if the last half hour burns as fast: the budget would be gone in five days.`,
    unit: 'short',
    limit: slow.factor,
    queries: [{ expr: burn(slow.long), legend: '{{slo}}' }],
  }),
  lines({
    title: 'Burning over a day',
    description: 'At 3 there is a ticket, if the last two hours burn as fast.',
    unit: 'short',
    limit: 3,
    queries: [{ expr: burn('1d'), legend: '{{slo}}' }],
  }),
  lines({
    title: 'Burning over three days',
    description: 'At 1 there is a ticket, if the last six hours burn as fast.',
    unit: 'short',
    limit: 1,
    queries: [{ expr: burn('3d'), legend: '{{slo}}' }],
  }),
  table({
    title: 'All windows',
    description: 'Share of what was bad.',
    unit: 'percentunit',
    labels: { slo: 'Objective' },
    queries: ['5m', ...LONGER_WINDOWS].map((window) => ({ expr: bySlo(errors(window)), legend: window })),
  }),
];

const EVENTS = [
  lines({
    title: 'What counts',
    description: 'Events a second of which the objective speaks. With few of them no alert burns.',
    unit: 'short',
    queries: [{ expr: `darkroom_slo:total:rate5m${CHOSEN}`, legend: '{{slo}}' }],
  }),
  lines({
    title: 'What was bad of it',
    description: 'Events a second that were not as the objective wants them.',
    unit: 'short',
    queries: [{ expr: `darkroom_slo:bad:rate5m${CHOSEN}`, legend: '{{slo}}' }],
  }),
];

export const SLO: DashboardSpec = {
  uid: 'darkroom-slo',
  title: 'Darkroom / Objectives',
  description: `What users may expect, and how much of what may go wrong has. ${SLOS.map(({ name, good }) => `${name}: ${good}`).join(' ')}`,
  since: '24h',
  variables: [
    choice(
      'slo',
      'Objective',
      SLOS.map(({ name }) => name),
    ),
  ],
  rows: [
    { title: 'How it stands', panels: STANDING },
    { title: 'How fast it burns', panels: BURNING },
    { title: 'Events', panels: EVENTS },
  ],
};
