// Writes what Kubernetes is given of prometheus/ and grafana/; with --check it only says whether that is current.
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './deploy/generated.mjs';
import { writeGenerated } from './generated-files.mjs';

await writeGenerated(generatedFiles(fileURLToPath(new URL('..', import.meta.url))), {
  folders: [],
  command: 'npm run deploy:write',
});
