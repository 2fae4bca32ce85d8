// Writes the dashboards of Grafana from grafana/src; with --check it only says whether they are current.
import '../test/support/typescript-loader.mjs';
import { writeGenerated } from './generated-files.mjs';

const { DASHBOARDS } = await import('../grafana/src/dashboards.ts');

await writeGenerated(
  Object.fromEntries(
    Object.entries(DASHBOARDS).map(([name, made]) => [`grafana/dashboards/${name}`, JSON.stringify(made)]),
  ),
  { folders: ['grafana/dashboards'], command: 'npm run dashboards' },
);
