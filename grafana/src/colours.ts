import { FieldColorModeId, type DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';

/** Names of lines that say by themselves whether they are good, and the colour that says it too: Grafana would give colours by the order of names. */
const MEANINGS = {
  outcome: { completed: 'green', failed: 'red', cancelled: 'text' },
  failure: { '.*': 'red' },
  status: { '2..': 'green', '3..': 'blue', '4..': 'yellow', '5..': 'red' },
  level: { 'trace|debug': 'text', info: 'blue', warn: 'yellow', error: 'red', fatal: 'purple' },
} as const;

export type Meaning = keyof typeof MEANINGS;

interface Coloured {
  readonly pattern: string;
  readonly properties: DynamicConfigValue[];
}

/** Several lines of one meaning are shades of its colour. */
export const coloursOf = (meaning: Meaning): Coloured[] =>
  Object.entries(MEANINGS[meaning]).map(([names, fixedColor]) => ({
    pattern: `/^(${names})$/`,
    properties: [{ id: 'color', value: { mode: FieldColorModeId.Shades, fixedColor } }],
  }));
