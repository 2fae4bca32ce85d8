import type { ReactNode } from 'react';

interface DrawnProps {
  readonly children: ReactNode;
  readonly className?: string;
}

/** Strokes on a grid of 24. Always beside a word, so hidden from those who listen. */
const Drawn = ({ children, className = 'icon' }: DrawnProps): ReactNode => (
  <svg className={className} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    {children}
  </svg>
);

const stroked = (path: string) => {
  const Icon = ({ className }: { readonly className?: string }): ReactNode => (
    <Drawn {...(className !== undefined && { className })}>
      <path d={path} />
    </Drawn>
  );
  return Icon;
};

/** The mark of the project: a lens that is half open. */
export const Aperture = (): ReactNode => (
  <svg className="brand__mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <circle cx="16" cy="16" r="12" />
    <path d="M16 4a12 12 0 0 1 0 24z" />
  </svg>
);

export const Clock = stroked('M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2');
export const Layers = stroked('M12 3 3 8l9 5 9-5-9-5zM3.5 12.5 12 17l8.5-4.5M3.5 16.5 12 21l8.5-4.5');
export const Hourglass = stroked('M6 3h12M6 21h12M7 3v3.5L12 12l5-5.5V3M7 21v-3.5L12 12l5 5.5V21');
export const Gauge = stroked('M4.2 18a9 9 0 1 1 15.6 0M12 14l4-5M11 14a1 1 0 1 0 2 0 1 1 0 0 0-2 0');
export const Picture = stroked('M4 4h16v16H4zM4 16l4.5-5 4 4 2.5-2.5 5 5M15.5 8.5h.01');
export const Film = stroked('M4 4h16v16H4zM8 4v16M16 4v16M4 8h4M4 12h16M4 16h4M16 8h4M16 16h4');
export const Flow = stroked('M4 4h6v6H4zM14 14h6v6h-6zM7 10v4a3 3 0 0 0 3 3h4');
export const Collection = stroked(
  'M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3zM4 6v6c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12v6c0 1.7 3.6 3 8 3s8-1.3 8-3v-6',
);
export const Cap = stroked('M2.5 9 12 4.5 21.5 9 12 13.5 2.5 9zM6.5 11v5c0 1.4 2.5 2.5 5.5 2.5s5.5-1.1 5.5-2.5v-5');
export const Download = stroked('M12 4v11M7.5 11 12 15.5 16.5 11M4 20h16');
export const Refresh = stroked('M20 11a8 8 0 0 0-14-4.5L4 8.5M4 4v4.5h4.5M4 13a8 8 0 0 0 14 4.5l2-2M20 20v-4.5h-4.5');
export const Copy = stroked('M9 9h11v11H9zM5 15H4V4h11v1');
export const Warning = stroked('M12 4 2.5 20h19L12 4zM12 10v4.5M12 17.2v.1');
export const Plug = stroked('M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0V8zM12 17v4');
export const Check = stroked('M5 12.5 10 17.5 19 7');
export const Cross = stroked('M6 6l12 12M18 6 6 18');
export const Half = stroked('M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 3v18M12 12h8M13 7h5M13 17h5');
export const Dots = stroked('M6 12h.01M12 12h.01M18 12h.01');
export const Slash = stroked('M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM6 6l12 12');
