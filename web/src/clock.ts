import { useEffect, useState } from 'react';

const TICK_MS = 1000;

/** The time in milliseconds, once a second: for words such as "3 s ago". */
export const useNow = (): number => {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, TICK_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
};
