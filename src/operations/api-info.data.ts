import type { ApiInfo } from '../platform/http/openapi.js';

/** What the OpenAPI document says of the whole API. */
export const API_INFO: ApiInfo = {
  title: 'Darkroom',
  version: '0.1.0',
  introduction: `
Darkroom stands in front of AI image and video models. It records every job as events, runs it through a queue, retries what can succeed later, and
keeps the result. A job that was accepted ends, and never runs twice to completion.

## The first minute
\`\`\`sh
curl -s localhost:8000/api/generate -H 'content-type: application/json' -d '{"prompt": "a lighthouse above a stormy sea at dusk"}'
\`\`\`
The answer carries \`image_url\`, the parameters that were chosen and why, and the run's id. \`GET /api/generate/{id}/events\` tells its
whole life. With \`Prefer: respond-async\` the answer comes at once; follow \`stream_url\` with \`curl -N\`:
Swagger UI shows a stream only when it has ended.
`,
  tags: [
    { name: 'Generate', description: 'Make pictures: ask, read, cancel, ask again.' },
    { name: 'Jobs', description: 'Variants, structured prompts, pictures that guide, and videos: jobs to follow.' },
    { name: 'Status', description: 'Follow a run: its status, its stream, the stream of all events.' },
    {
      name: 'Presets',
      description: 'Templates with their parameters, built in or of your own, for runs to be made with.',
    },
    { name: 'Uploads', description: 'Pictures of your own, for runs to begin from.' },
    { name: 'Artifacts', description: 'The bytes of what was made.' },
    { name: 'Suggestions', description: 'Help with prompts: completion, what is missing, ideas.' },
    { name: 'Cache', description: 'Results that are there already: how they fare, looking one up, clearing them.' },
    { name: 'Cost', description: 'What something would cost.' },
    { name: 'Models', description: 'Providers and models that this installation has.' },
    { name: 'Monitoring', description: 'What the installation does and how it fares, in figures.' },
    { name: 'Operations', description: 'Probes for Kubernetes and load balancers, metrics, and what is logged.' },
  ],
};
