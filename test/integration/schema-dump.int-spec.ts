import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MIGRATIONS_FOLDER } from '../../src/platform/database/migrations.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/schema-dump.mjs', import.meta.url));

describe('the committed schema', () => {
  let database: TestDatabase;
  const dump = async (): Promise<string> =>
    (await promisify(execFile)(process.execPath, [SCRIPT, database.url])).stdout;

  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  it('is what the migrations make (else run `npm run schema`)', async () => {
    expect(await dump()).toBe(await readFile(`${MIGRATIONS_FOLDER}/schema.sql`, 'utf8'));
  });

  it('shows a change to anything that a migration can make', async () => {
    const before = await dump();
    await database.pool.query(`
      create type ripeness as enum ('green', 'ripe');
      create domain weight as integer check (value > 0);
      create sequence basket_numbers;
      create table basket (
        basket_id bigint generated always as identity primary key,
        number bigint not null default nextval('basket_numbers'),
        ripeness ripeness,
        weight weight,
        doubled integer generated always as (number * 2) stored,
        label text collate "C" check (label <> '')
      ) with (fillfactor = 70);
      comment on table basket is 'What a customer carries.';
      comment on column basket.label is 'As printed.';
      create index basket_by_label on basket (lower(label)) where label is not null;
      create table picks (picked_on date not null, basket bigint references basket) partition by range (picked_on);
      create table picks_2026 partition of picks for values from ('2026-01-01') to ('2027-01-01');
      create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
      create trigger touch_basket before update on basket for each row execute function touch();
      create view ripe_baskets as select basket_id from basket where ripeness = 'ripe';
    `);
    const added = (await dump()).split('\n').filter((line) => !before.includes(line));
    expect(added).toMatchInlineSnapshot(`
     [
       "create type ripeness as enum ('green', 'ripe');",
       "create domain weight as integer CHECK ((VALUE > 0));",
       "create sequence basket_numbers as bigint start 1 increment 1;",
       "-- What a customer carries.",
       "create table basket (",
       "  basket_id bigint generated always as identity not null,",
       "  number bigint default nextval('public.basket_numbers'::regclass) not null,",
       "  ripeness public.ripeness,",
       "  weight public.weight,",
       "  doubled integer generated always as ((number * 2)) stored,",
       "  -- As printed.",
       "  label text collate "C",",
       "  constraint basket_pkey PRIMARY KEY (basket_id),",
       "  constraint basket_label_check CHECK ((label <> ''::text))",
       "CREATE INDEX basket_by_label ON public.basket USING btree (lower(label)) WHERE (label IS NOT NULL);",
       "CREATE TRIGGER touch_basket BEFORE UPDATE ON public.basket FOR EACH ROW EXECUTE FUNCTION public.touch();",
       "create table picks (",
       "  picked_on date not null,",
       "  basket bigint,",
       "  constraint picks_basket_fkey FOREIGN KEY (basket) REFERENCES public.basket(basket_id)",
       ") partition by RANGE (picked_on);",
       "create table picks_2026 partition of picks FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
       "create view ripe_baskets as",
       " SELECT basket_id",
       "   FROM public.basket",
       "  WHERE ripeness = 'ripe'::public.ripeness;",
       "CREATE OR REPLACE FUNCTION public.touch()",
       "AS $function$ begin return new; end $function$;",
     ]
    `);
  });

  it('is the same text each time', async () => {
    expect(await dump()).toBe(await dump());
  });
});
