// Draws one panel with the components of Grafana that draw it there.
import { dateTime, FieldType, getFieldDisplayValues, VizOrientation } from '@grafana/data';
import { BigValue, TimeSeries, VizRepeater } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import { createElement } from 'react';

const PALETTE = { color: { mode: 'palette-classic' } };
const LINES = { ...PALETTE, custom: { lineWidth: 1, pointSize: 5, axisPlacement: 'auto', spanNulls: false } };

/** What a kind of panel has where its JSON says nothing. The lists are part of Grafana, and of no package. */
const DEFAULTS = {
  timeseries: LINES,
  heatmap: {
    ...LINES,
    custom: { ...LINES.custom, fillOpacity: 60, showPoints: 'never', stacking: { mode: 'normal', group: 'A' } },
  },
  stat: { color: { mode: 'thresholds' } },
  table: { color: { mode: 'thresholds' }, custom: { align: 'auto', cellOptions: { type: 'auto' }, filterable: false } },
};

/** Of these, npm has no component; they are drawn as something else, and the picture says so. */
export const INSTEAD = { heatmap: 'drawn as lines' };

/** @returns the panel with the defaults of its kind filled in */
export const completed = (panel) => {
  const own = DEFAULTS[panel.type];
  const { defaults, overrides } = panel.fieldConfig;
  const isHeatmap = panel.type === 'heatmap';
  return {
    ...panel,
    fieldConfig: {
      overrides,
      defaults: {
        ...own,
        ...defaults,
        ...(own.custom && { custom: { ...own.custom, ...defaults.custom } }),
        // Its unit is that of the edges, not of how many are between them.
        ...(isHeatmap && { unit: 'short', thresholds: undefined }),
      },
    },
  };
};

const LEGEND = { showLegend: true, displayMode: 'list', placement: 'bottom', calcs: [] };

/** As Grafana does before it draws lines: what is no number breaks them. */
const finite = (frames) =>
  frames.map((frame) => ({
    ...frame,
    fields: frame.fields.map((field) =>
      field.type === FieldType.number
        ? { ...field, values: field.values.map((value) => (Number.isFinite(value) ? value : null)) }
        : field,
    ),
  }));

const timeSeries = ({ panel, frames, theme, shown, width, height }) =>
  createElement(TimeSeries, {
    frames: finite(frames),
    width,
    height,
    theme,
    timeZone: 'utc',
    timeRange: {
      from: dateTime((shown.end - shown.seconds) * 1000),
      to: dateTime(shown.end * 1000),
      raw: { from: 'now', to: 'now' },
    },
    legend: panel.type === 'timeseries' ? { ...LEGEND, ...panel.options.legend } : LEGEND,
    options: panel.options,
  });

const stat = ({ panel, frames, theme, width, height }) => {
  const { options, fieldConfig } = panel;
  return createElement(VizRepeater, {
    width,
    height,
    source: frames,
    renderCounter: 0,
    orientation: VizOrientation.Auto,
    getValues: () =>
      getFieldDisplayValues({
        data: frames,
        fieldConfig,
        reduceOptions: options.reduceOptions,
        replaceVariables: (text) => text,
        sparkline: options.graphMode !== 'none',
        theme,
        timeZone: 'utc',
      }),
    renderValue: ({ value, width: ownWidth, height: ownHeight, count }) =>
      createElement(BigValue, {
        width: ownWidth,
        height: ownHeight,
        count,
        value: value.display,
        sparkline: value.sparkline,
        colorMode: options.colorMode,
        graphMode: options.graphMode,
        justifyMode: options.justifyMode,
        textMode: options.textMode,
        disableWideLayout: options.wideLayout === false,
        theme,
      }),
  });
};

const table = ({ panel, frames, width, height }) =>
  createElement(TableNG, {
    data: frames[0],
    width,
    height,
    fieldConfig: panel.fieldConfig,
    sortBy: panel.options.sortBy,
    cellHeight: panel.options.cellHeight,
    noHeader: panel.options.showHeader === false,
    enableVirtualization: false,
  });

const DRAWN = { timeseries: timeSeries, heatmap: timeSeries, stat, table };

const hasValues = (frames) =>
  frames.some(({ fields }) =>
    fields.some(({ type, values }) => type === FieldType.number && values.some((value) => Number.isFinite(value))),
  );

/** @returns an element of this size, or what Grafana says where there is nothing to draw */
export const drawn = (asked) => (hasValues(asked.frames) ? DRAWN[asked.panel.type](asked) : null);
