import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

/** Grey lines in the place of text that is on its way. */
export const Skeleton = ({ lines }: { readonly lines: number }): ReactNode => (
  <div className="skeleton" aria-hidden="true">
    {Array.from({ length: lines }, (_, line) => (
      <span key={line} className="skeleton__line" />
    ))}
  </div>
);

/** What it is that is not there, and what to do about it. */
export const Empty = ({ title, children }: { readonly title: string; readonly children?: ReactNode }): ReactNode => (
  <div className="empty">
    <p className="empty__title">{title}</p>
    {children}
  </div>
);

interface AnsweredProps<Answer> {
  readonly query: UseQueryResult<Answer>;
  /** Lines of the skeleton. */
  readonly lines: number;
  readonly children: (answer: Answer) => ReactNode;
}

/** What a query answered, the last answer while later ones fail; else why there is none. */
export const Answered = <Answer,>({ query, lines, children }: AnsweredProps<Answer>): ReactNode => {
  if (query.data !== undefined) return children(query.data);
  if (!query.isError) return <Skeleton lines={lines} />;
  return (
    <Empty title="This could not be read">
      <p>{query.error.message}.</p>
      <button
        type="button"
        className="button"
        onClick={() => {
          void query.refetch();
        }}
      >
        Retry
      </button>
    </Empty>
  );
};
