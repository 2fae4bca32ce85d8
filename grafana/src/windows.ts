/** Long enough for a rate at the chosen resolution. */
export const STEP = '$__rate_interval';
/** All that the dashboard shows. */
export const SHOWN = '$__range';
