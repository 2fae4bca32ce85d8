import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { GetLineage, type Relative } from '../status/generation.queries.js';

const COLUMNS = 'g.id::float8 as id, g.run_id, g.status, g.instruction, g.created_at';

const ANCESTORS = {
  name: 'ancestors_of',
  text: `
  with recursive line (run_id, distance) as (
    select parent_id, 1 from generations where run_id = $1 and parent_id is not null
    union all
    select g.parent_id, distance + 1 from line join generations g using (run_id) where g.parent_id is not null and distance < 100)
  select ${COLUMNS} from line join generations g using (run_id) order by distance desc`,
};

const REFINEMENTS = {
  name: 'refinements_of',
  text: `
  select ${COLUMNS} from (select * from generations where parent_id = $1 order by id desc limit 100) as g order by g.id`,
};

type Row = Omit<Relative, 'created_at'> & { readonly created_at: Date };

const toRelative = (row: Row): Relative => ({ ...row, created_at: row.created_at.toISOString() });

@QueryHandler(GetLineage)
export class GetLineageHandler implements IQueryHandler<GetLineage> {
  constructor(private readonly pool: Pool) {}

  async execute({ runId }: GetLineage): Promise<{ ancestors: readonly Relative[]; refinements: readonly Relative[] }> {
    const [ancestors, refinements] = await Promise.all([
      this.pool.query<Row>({ ...ANCESTORS, values: [runId] }),
      this.pool.query<Row>({ ...REFINEMENTS, values: [runId] }),
    ]);
    return { ancestors: ancestors.rows.map(toRelative), refinements: refinements.rows.map(toRelative) };
  }
}
