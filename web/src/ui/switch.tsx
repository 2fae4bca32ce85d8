import { type ReactNode, useId } from 'react';

interface SwitchProps {
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

export const Switch = ({ label, on, onChange }: SwitchProps): ReactNode => {
  const id = useId();
  return (
    <span className="switch">
      <button
        type="button"
        role="switch"
        aria-checked={on}
        aria-labelledby={id}
        className="switch__track"
        onClick={() => {
          onChange(!on);
        }}
      >
        <span className="switch__thumb" />
      </button>
      <span
        id={id}
        className="switch__label"
        onClick={() => {
          onChange(!on);
        }}
      >
        {label}
      </span>
    </span>
  );
};
