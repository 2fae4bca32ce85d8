import { type ReactNode, useState } from 'react';
import { Check, Copy } from './icons.js';

/** A line for a terminal, with a button that copies it. */
export const Command = ({ line }: { readonly line: string }): ReactNode => {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(line);
    setCopied(true);
  };
  return (
    <div className="command">
      <pre>
        <code>{line}</code>
      </pre>
      <button
        type="button"
        className="button button--small"
        onClick={() => {
          // Without permission the line can still be marked by hand.
          copy().catch(() => {
            setCopied(false);
          });
        }}
      >
        {isCopied ? <Check /> : <Copy />}
        {isCopied ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
};
