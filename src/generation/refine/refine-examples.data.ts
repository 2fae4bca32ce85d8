import { COMPLETED } from '../generation-examples.data.js';
import type { Generation } from '../status/generation-answer.dto.js';
import type { Lineage } from './lineage.dto.js';

export const REFINE_REQUESTS = {
  instruction: { summary: 'An instruction', value: { instruction: 'with a sailing boat, in cool colours' } },
  changed: {
    summary: 'An instruction and a field',
    value: { instruction: 'closer to the water', camera_angle: 'eye-level', seed: 7 },
  },
};

export const REFINED = {
  ...COMPLETED,
  id: 2,
  parent_id: COMPLETED.run_id,
  instruction: REFINE_REQUESTS.instruction.value.instruction,
} satisfies Generation;

export const LINEAGE = {
  run_id: COMPLETED.run_id,
  ancestors: [],
  refinements: [
    {
      id: 2,
      run_id: REFINED.run_id,
      status: 'completed',
      instruction: REFINED.instruction,
      created_at: COMPLETED.created_at,
    },
  ],
} satisfies Lineage;
