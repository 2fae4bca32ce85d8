import { type ReactNode, useId } from 'react';

interface PanelProps {
  readonly title: string;
  /** Said in small beside the title. */
  readonly note?: ReactNode;
  /** Of the columns of the grid that it stands in. */
  readonly width?: 'third' | 'half' | 'two-thirds';
  readonly children: ReactNode;
}

/** A part of a page that has a heading. */
export const Panel = ({ title, note, width = 'half', children }: PanelProps): ReactNode => {
  const id = useId();
  return (
    <section className={`panel panel--${width}`} aria-labelledby={id}>
      <header className="panel__head">
        <h2 id={id}>{title}</h2>
        {note !== undefined && <p className="panel__note">{note}</p>}
      </header>
      {children}
    </section>
  );
};
