// A dashboard against the types of Grafana's SDK. They leave the options of a panel, its own field settings and its queries open: those are held
// against the types of the panel's kind and of its source of data.
import { literalProblems } from '../literal-types.mjs';

const SDK = '@grafana/grafana-foundation-sdk';

/** Kinds of panels, and whether they have field settings of their own. */
const PANELS = { timeseries: true, stat: false, table: true, heatmap: true };
/** What panels may ask. */
const SOURCES = ['prometheus'];

/** Enums of the SDK are only values of strings here, and what marks a query in the SDK is not written out. Grafana fills in options that are left out. */
const HEAD = `
import type { Dashboard, FieldConfig, FieldConfigSource, Panel, RowPanel } from '${SDK}/dashboard';
${Object.entries(PANELS)
  .map(([kind, hasFields]) => {
    const fields = hasFields ? `, FieldConfig as ${kind}Fields` : '';
    return `import type { Options as ${kind}Options${fields} } from '${SDK}/${kind}';`;
  })
  .join('\n')}
${SOURCES.map((kind) => `import type { Dataquery as ${kind}Query } from '${SDK}/${kind}';`).join('\n')}
type IsAny<T> = 0 extends 1 & T ? true : false;
type Written<T> = IsAny<T> extends true ? any
  : T extends string ? \`\${T}\`
  : T extends readonly (infer Item)[] ? Written<Item>[]
  : T extends object ? WrittenObject<T>
  : T;
type WrittenObject<T> = { [Key in keyof T as Key extends \`_implements\${string}\` ? never : Key]: Written<T[Key]> };
type Fields<Own> = Written<Omit<FieldConfigSource, 'defaults'>> & {
  defaults: Written<Omit<FieldConfig, 'custom'>> & { custom?: Partial<Written<Own>> };
};
type PanelOf<Kind, Options, Own, Query> = Written<Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets'>> & {
  type: Kind;
  options: Partial<Written<Options>>;
  fieldConfig: Fields<Own>;
  targets: Written<Query>[];
};`.split('\n');

const panelType = ({ type, datasource }) => {
  if (type === 'row') return 'Written<RowPanel>';
  const own = PANELS[type] ? `${type}Fields` : 'Record<string, never>';
  return `PanelOf<'${type}', ${type}Options, ${own}, ${datasource.type}Query>`;
};

const unknownKind = ({ type, datasource }) => {
  if (type !== 'row' && !(type in PANELS)) return `is of a kind, ${type}, whose types are not named`;
  if (type !== 'row' && !SOURCES.includes(datasource?.type))
    return `asks ${datasource?.type}, whose types are not named`;
  return null;
};

/** The compiler writes out all of the type. */
const inShort = (says) => {
  const [, key] = says.match(/'"(.+?)"' does not exist in type/) ?? [];
  return key === undefined ? says : `there is no key ${key} here`;
};

const typed = (type, value) => `const _: ${type} = ${JSON.stringify(value)};`;

/** @returns pieces of source, each with the name of what it speaks of */
const piecesOf = (name, { panels, ...dashboard }) => [
  { name, source: typed('Written<Omit<Dashboard, "panels">>', dashboard) },
  ...panels
    .filter((panel) => unknownKind(panel) === null)
    .map((panel) => ({ name: `${name} › ${panel.title}`, source: typed(panelType(panel), panel) })),
];

/**
 * @param root folder from which packages are found
 * @param dashboards parsed, by the name of the file
 * @returns a sentence for each key or value that Grafana does not know
 */
export const dashboardTypeProblems = (root, dashboards) => {
  const entries = Object.entries(dashboards);
  const unknown = entries.flatMap(([name, { panels }]) =>
    panels.filter(unknownKind).map((panel) => `${name} › ${panel.title} ${unknownKind(panel)}`),
  );
  const pieces = entries.flatMap(([name, dashboard]) => piecesOf(name, dashboard));
  const source = [...HEAD, ...pieces.map((piece) => `{ ${piece.source} }`), 'export {};'].join('\n');
  const found = literalProblems(root, source).map(({ start, says }) => {
    const line = source.slice(0, start).split('\n').length - 1;
    return `${pieces[line - HEAD.length]?.name ?? 'the types'}: ${inShort(says)}`;
  });
  return [...new Set([...unknown, ...found])];
};
