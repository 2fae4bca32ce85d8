import { DarkroomApi } from './darkroom-api.js';

/** Samples of the text format: the series as it is written, and its value. */
export type Samples = ReadonlyMap<string, number>;

const read = (text: string): Samples =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end), Number(line.slice(end + 1))];
      }),
  );

/** A series as it is written. */
export const series = (name: string, labels: Readonly<Record<string, string>>): string =>
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}}`;

/** What a process tells at its port for operators. */
export const scraped = async (opsUrl: string): Promise<Samples> => {
  const { status, headers, bytes } = await new DarkroomApi(opsUrl).get('/metrics');
  expect({ status, type: headers['content-type'] }).toEqual({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
  });
  return read(bytes.toString());
};

/** What the series of a name rose by while something was done, without those that did not. */
export const risen = async (
  opsUrl: string,
  name: string,
  work: () => Promise<unknown>,
): Promise<Record<string, number>> => {
  const before = await scraped(opsUrl);
  await work();
  const after = await scraped(opsUrl);
  const changes = [...after]
    .filter(([each]) => each.startsWith(name))
    .map(([each, value]) => [each, value - (before.get(each) ?? 0)] as const);
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
};
