import type { Pool, QueryConfig, QueryResult } from 'pg';

/** A node of a plan, as EXPLAIN (FORMAT JSON) gives it. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** A statement with the plan that the server ran it by. */
export interface Explained {
  readonly text: string;
  readonly root: PlanNode;
}

/** The nodes of a plan, the outermost first. */
export const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Rows that a plan's scans of tables looked at; a CTE was counted where it was read. */
export const rowsLookedAt = (root: PlanNode): number =>
  nodesOf(root)
    .filter(({ 'Node Type': type, Plans = [] }) => Plans.length === 0 && type !== 'CTE Scan')
    .reduce((sum, node) => {
      const each = (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0);
      return sum + each * (node['Actual Loops'] ?? 1);
    }, 0);

/** A pool that has each statement explained, with what it is given, before it runs it. */
export const explaining = (pool: Pool): { readonly pool: Pool; readonly explained: Explained[] } => {
  const explained: Explained[] = [];
  const query = async (statement: string | QueryConfig, values?: unknown[]): Promise<QueryResult> => {
    const { text, values: given = values ?? [] } = typeof statement === 'string' ? { text: statement } : statement;
    const { rows } = await pool.query<{ 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }] }>(
      `explain (analyze, timing off, format json) ${text}`,
      given,
    );
    const [plan] = rows[0]?.['QUERY PLAN'] ?? [];
    if (plan) explained.push({ text, root: plan.Plan });
    return pool.query(text, given);
  };
  return {
    pool: new Proxy(pool, { get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)) as unknown }),
    explained,
  };
};
