/** The number in a Last-Event-ID header; null for none or for what is not an id of ours, which begins from the start. */
export const lastEventId = (header: string | undefined): number | null => {
  if (header === undefined || !/^\d{1,15}$/.test(header.trim())) return null;
  return Number(header.trim());
};
