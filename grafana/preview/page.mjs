// One dashboard, on the grid of Grafana. What is drawn is handed over in `globalThis.preview`.
import { createTheme } from '@grafana/data';
import { GlobalStyles, PanelChrome, ThemeContext } from '@grafana/ui';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { preparedFrames } from './frames.mjs';
import { completed, drawn, INSTEAD } from './panels.mjs';

const CELL = 30;
const GAP = 8;
const COLUMNS = 24;
const WIDTH = 1600;

const theme = createTheme({ colors: { mode: 'dark' } });

const cells = (count, size) => count * size + (count - 1) * GAP;
const COLUMN = (WIDTH - (COLUMNS - 1) * GAP) / COLUMNS;

const placed = ({ x, y, w, h }) => ({
  position: 'absolute',
  left: x * (COLUMN + GAP),
  top: y * (CELL + GAP),
  width: cells(w, COLUMN),
  height: cells(h, CELL),
});

const rowOf = (panel) =>
  createElement(
    'div',
    { key: panel.id, style: { ...placed(panel.gridPos), ...theme.typography.h5, alignContent: 'center' } },
    `⌄ ${panel.title}`,
  );

const nothing = ({ width, height }) =>
  createElement(
    'div',
    { style: { width, height, display: 'grid', placeItems: 'center', color: theme.colors.text.secondary } },
    'No data',
  );

const panelOf = (panel, frames, shown) => {
  const style = placed(panel.gridPos);
  const instead = INSTEAD[panel.type];
  return createElement(
    'div',
    { key: panel.id, style, 'data-panel': panel.title },
    createElement(PanelChrome, {
      title: instead === undefined ? panel.title : `${panel.title} (${panel.type}, ${instead})`,
      description: panel.description,
      width: style.width,
      height: style.height,
      children: (width, height) => drawn({ panel, frames, theme, shown, width, height }) ?? nothing({ width, height }),
    }),
  );
};

const page = (dashboard, panels) => {
  const bottom = Math.max(...dashboard.panels.map(({ gridPos: { y, h } }) => y + h));
  return createElement(
    ThemeContext.Provider,
    { value: theme },
    createElement(GlobalStyles),
    createElement('h1', { style: { ...theme.typography.h3, margin: 0 } }, dashboard.title),
    createElement('p', { style: { color: theme.colors.text.secondary } }, dashboard.description),
    createElement('div', { style: { position: 'relative', width: WIDTH, height: bottom * (CELL + GAP) } }, panels),
  );
};

const { dashboard, answers, shown } = globalThis.preview;
const panels = [];
for (const panel of dashboard.panels) {
  if (panel.type === 'row') {
    panels.push(rowOf(panel));
    continue;
  }
  const whole = completed(panel);
  panels.push(panelOf(whole, await preparedFrames(whole, answers[panel.id], theme), shown));
}
globalThis.document.body.style.cssText = `margin: 0; padding: 16px; width: ${String(WIDTH)}px; background: ${theme.colors.background.canvas}`;
createRoot(globalThis.document.querySelector('#page')).render(page(dashboard, panels));
