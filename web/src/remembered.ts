import { useState } from 'react';

const PREFIX = 'darkroom.';

/** Null also where the browser forbids storage. */
const read = (key: string): string | null => {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
};

const write = (key: string, value: string): void => {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // Without storage the choice holds until the page is left.
  }
};

/** A switch that stands as it was left, in this browser. */
export const useRemembered = (key: string, initially: boolean): [boolean, (value: boolean) => void] => {
  const [value, setValue] = useState(() => {
    const stored = read(key);
    return stored === null ? initially : stored === 'on';
  });
  const remember = (next: boolean): void => {
    setValue(next);
    write(key, next ? 'on' : 'off');
  };
  return [value, remember];
};
