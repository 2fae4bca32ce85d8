// What runs the program holds together: `npm run deploy:check`. Without a cluster, an engine or a registry it cannot be run, so that it is judged
// as text: YAML, the Dockerfile, Compose, and what Kustomize makes of each overlay, against schemas, types and rules of our own.
//   node scripts/check-deploy.mjs [folder of the repository]
import { resolve } from 'node:path';
import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { configurationKeys } from './configuration-keys.mjs';
import { composeProblems } from './deploy/compose-rules.mjs';
import { dockerfileProblems } from './deploy/dockerfile-rules.mjs';
import { manifestTypeProblems } from './deploy/manifest-types.mjs';
import { hasKubectl, overlaysOf, rendered } from './deploy/manifests.mjs';
import { monitoringProblems } from './deploy/monitoring-rules.mjs';
import { podProblems } from './deploy/pod-rules.mjs';
import { referenceProblems } from './deploy/reference-rules.mjs';
import { yamlProblems } from './deploy/yaml-files.mjs';

const root = resolve(argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));

/** In one overlay images have to be by digest. */
const PRODUCTION = 'production';

const overlayProblems = (overlay, keys) => {
  const { objects, problems } = rendered(root, overlay);
  const found = [
    ...problems,
    ...(objects.length === 0 ? [] : manifestTypeProblems(root, objects)),
    ...podProblems(objects, keys, { byDigest: overlay.endsWith(PRODUCTION) }),
    ...(objects.length === 0 ? [] : referenceProblems(objects)),
    ...monitoringProblems(root, objects),
  ];
  return found.map((problem) => `${overlay}: ${problem}`);
};

const kubernetesProblems = (keys) => {
  if (!hasKubectl()) {
    console.log(
      'There is no kubectl on the PATH: the overlays of deploy/kubernetes are not rendered, and not looked at.',
    );
    return [];
  }
  return overlaysOf(root).flatMap((overlay) => overlayProblems(overlay, keys));
};

const keys = await configurationKeys(root);
const problems = [
  ...yamlProblems(root),
  ...dockerfileProblems(root),
  ...composeProblems(root, keys),
  ...kubernetesProblems(keys),
];
for (const problem of problems) console.log(problem);
console.log(problems.length === 0 ? 'deploy holds together.' : `${problems.length} problems`);
exit(problems.length === 0 ? 0 : 1);
