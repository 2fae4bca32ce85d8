// Answers of Prometheus in the form in which Grafana's panels take data.
import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  createDataFrame,
  FieldType,
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
} from '@grafana/data';
import { firstValueFrom } from 'rxjs';

standardTransformersRegistry.setInit(() =>
  [standardTransformers.mergeTransformer, standardTransformers.organizeFieldsTransformer].map((transformation) => ({
    id: transformation.id,
    name: transformation.name,
    transformation: () => Promise.resolve(transformation),
  })),
);

const legendOf = ({ legendFormat = '' }, metric) =>
  legendFormat.replaceAll(/\{\{\s*(.+?)\s*\}\}/g, (_, label) => metric[label] ?? '');

const times = (values, step) => ({
  name: 'Time',
  type: FieldType.time,
  // Where a step is missing, the line is broken.
  config: { interval: step * 1000 },
  values: values.map(([seconds]) => seconds * 1000),
});

/** One frame for each series. */
const linesOf = (target, { step, series }) =>
  series.map(({ metric, values }) =>
    createDataFrame({
      refId: target.refId,
      fields: [
        times(values, step),
        {
          name: 'Value',
          type: FieldType.number,
          labels: metric,
          config: { displayNameFromDS: legendOf(target, metric) },
          values: values.map(([, text]) => Number(text)),
        },
      ],
    }),
  );

/** One frame for each query, with a column for each label. */
const tableOf = (target, { series }, isOneOfMany) => {
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].sort();
  const pointOf = ({ values }) => values.at(-1);
  return createDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, config: {}, values: series.map((each) => pointOf(each)[0] * 1000) },
      ...labels.map((label) => ({
        name: label,
        type: FieldType.string,
        config: { filterable: true },
        values: series.map(({ metric }) => metric[label] ?? ''),
      })),
      {
        name: isOneOfMany ? `Value #${target.refId}` : 'Value',
        type: FieldType.number,
        config: {},
        values: series.map((each) => Number(pointOf(each)[1])),
      },
    ],
  });
};

const edgeOf = ({ metric }) => Number(metric.le === '+Inf' ? Infinity : metric.le);

/** Buckets as Prometheus has them hold all that are smaller, too. */
const apart = (answer) => {
  const sorted = [...answer.series].sort((one, other) => edgeOf(one) - edgeOf(other));
  const cumulative = sorted.map(({ values }) => new Map(values.map(([time, text]) => [time, Number(text)])));
  return {
    ...answer,
    series: sorted.map(({ metric, values }, index) => ({
      metric,
      values: values.map(([time, text]) => [time, String(Number(text) - (cumulative[index - 1]?.get(time) ?? 0))]),
    })),
  };
};

const framesOf = (panel, answers) =>
  panel.targets.flatMap((target, index) => {
    const answer = answers[index];
    if (target.format === 'table') return [tableOf(target, answer, panel.targets.length > 1)];
    return linesOf(target, target.format === 'heatmap' ? apart(answer) : answer);
  });

const OF_NUMBERS = ['unit', 'min', 'max', 'decimals', 'thresholds', 'color'];

/** Which settings there are: in Grafana each kind of panel has its list, of which no package knows. */
const settingsOf = (defaults) => {
  const setting = (path, isCustom) => ({
    id: isCustom ? `custom.${path}` : path,
    path,
    isCustom,
    shouldApply: ({ type }) => isCustom || !OF_NUMBERS.includes(path) || type === FieldType.number,
    process: (value) => value,
    settings: {},
  });
  const all = [
    ...[...OF_NUMBERS, 'displayName', 'noValue', 'mappings', 'links', 'filterable'].map((path) => setting(path, false)),
    ...Object.keys(defaults.custom ?? {}).map((path) => setting(path, true)),
  ];
  // An override may set what has no default.
  const named = (id) =>
    all.find((each) => each.id === id) ?? setting(id.replace(/^custom\./, ''), id.startsWith('custom.'));
  return { list: () => all, getIfExists: named };
};

/**
 * @param panel its JSON, with what its kind has as defaults filled in
 * @returns the frames after transformations and overrides, as a panel is given them
 */
export const preparedFrames = async (panel, answers, theme) => {
  const { transformations = [], fieldConfig } = panel;
  const frames = framesOf(panel, answers).filter(({ fields }) => fields.length > 0);
  const transformed = await firstValueFrom(transformDataFrame(transformations, frames));
  const prepared = applyFieldOverrides({
    data: transformed,
    fieldConfig,
    fieldConfigRegistry: settingsOf(fieldConfig.defaults),
    replaceVariables: (text) => text,
    theme,
    timeZone: 'utc',
  });
  cacheFieldDisplayNames(prepared);
  return prepared;
};
