/** `page` wakes somebody, `ticket` is for the next working day, `info` is only shown. */
export type Severity = 'page' | 'ticket' | 'info' | 'none';

export interface Alert {
  /** Also the name of its runbook. */
  readonly name: `Darkroom${string}`;
  readonly severity: Severity;
  /** One line for a telephone. */
  readonly summary: string;
  /** What it means, with the value; a template of Prometheus. */
  readonly description: string;
  /** uid of the dashboard that shows why. */
  readonly dashboard: string;
  /** What is watched: it has a value while the platform is well, too, where `isSilent` does not say otherwise. */
  readonly value: string;
  /** When it is wrong: `> 30`; empty where being there is enough. */
  readonly isWrong: string;
  /** What has to hold too. */
  readonly and?: string;
  /** How long it has to be wrong. */
  readonly for: string;
  /** Added to every alert that it makes. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Its value is only there when it is wrong. */
  readonly isSilent?: true;
}

export const expressionOf = ({ value, isWrong, and }: Alert): string =>
  [[value, isWrong].filter(Boolean).join(' '), ...(and === undefined ? [] : [`and ${and}`])].join('\n');
