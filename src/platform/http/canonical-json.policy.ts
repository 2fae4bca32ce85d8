/** Without members that are undefined, members of objects in the order of their names. */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, canonical(member)]));
};

/** The same text for values that differ in the order of their members alone: RFC 8785 in what matters here. */
export const canonicalJson = (value: object): string => JSON.stringify(canonical(value));
