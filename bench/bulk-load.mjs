import pg from 'pg';

/** Of the connections that fill a store alone: those that are measured have the settings of the server. */
const SETTINGS =
  "set synchronous_commit = off; set work_mem = '512MB'; set maintenance_work_mem = '1GB'; set jit = off; set search_path = public";

/**
 * Runs lists of statements, each on a connection of its own and one statement after the other.
 * @param lists statements, as the driver takes them
 * @returns the rows of each statement, by list
 */
export const atOnce = (url, lists) =>
  Promise.all(
    lists.map(async (statements) => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        await client.query(SETTINGS);
        const answers = [];
        for (const statement of statements) answers.push((await client.query(statement)).rows);
        return answers;
      } finally {
        await client.end();
      }
    }),
  );

/** @returns the rows that a statement answers with */
export const ask = async (url, statement) => (await atOnce(url, [[statement]]))[0][0];

/** But for those of partitions, which belong to an index of the whole. */
const INDEXES = `
select pg_get_indexdef(i.indexrelid) as definition, format('%I', i.indexrelid::regclass::text) as name, i.indrelid::regclass::text as of,
       c.conname as constraint_name, pg_get_constraintdef(c.oid) as constraint_definition
  from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u')
 where i.indrelid = any($1::regclass[]) and not exists (select from pg_inherits where inhrelid = i.indexrelid)
 order by pg_get_indexdef(i.indexrelid) not like '%gin%'`;

const drop = ({ name, of, constraint_name: constraint }) =>
  constraint === null ? `drop index ${name}` : `alter table ${of} drop constraint ${constraint}`;

const create = ({ definition, of, constraint_name: constraint, constraint_definition: constrained }) =>
  constraint === null ? definition : `alter table ${of} add constraint ${constraint} ${constrained}`;

/** Runs `work` on tables without their indexes, which are then built at once: a tenth of what it costs to add to them row by row. */
export const withoutIndexes = async (url, tables, work) => {
  const indexes = await ask(url, { text: INDEXES, values: [tables] });
  await atOnce(url, [indexes.map(drop)]);
  const result = await work();
  const waiting = indexes.map(create);
  const builder = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await ask(url, next);
  };
  await Promise.all([builder(), builder()]);
  return result;
};
