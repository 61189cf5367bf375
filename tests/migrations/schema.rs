//! `src/schema.rs` against the database.

use crate::{
    catalogue::{expect_same, lines},
    database::TestDatabase,
};

/// The tables as `src/schema.rs` writes them.
const COLUMNS: &str = r"
    select format('%s (%s)', c.relname, string_agg(k.attname, ', ' order by array_position(p.conkey, k.attnum))) as line,
           c.relname, 0 as place
      from pg_class c join pg_constraint p on p.conrelid = c.oid and p.contype = 'p'
           join pg_attribute k on k.attrelid = c.oid and k.attnum = any(p.conkey)
     where c.relnamespace = 'public'::regnamespace and c.relname not like '\_\_diesel%'
     group by c.oid
    union all
    select format('%s.%s -> %s', c.relname, a.attname,
                  format(case when a.attnotnull then '%s' else 'Nullable<%s>' end,
                         format(case when t.typcategory = 'A' then 'Array<%s>' else '%s' end,
                                case coalesce(e.typname, t.typname)
                                    when 'bool' then 'Bool' when 'bytea' then 'Binary' when 'int4' then 'Integer'
                                    when 'int2' then 'SmallInt' when 'int8' then 'BigInt' when 'date' then 'Date' when 'jsonb' then 'Jsonb' when 'text' then 'Text'
                                    when 'timestamptz' then 'Timestamptz' when 'uuid' then 'Uuid'
                                    else coalesce(e.typname, t.typname)::text end))),
           c.relname, a.attnum
      from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
           left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
     where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
       and c.relnamespace = 'public'::regnamespace and c.relname not like '\_\_diesel%'
     order by relname, place";

/// Foreign keys of one column, as `joinable!` writes them.
const JOINS: &str = "
    select format('%s -> %s (%s)', k.conrelid::regclass, k.confrelid::regclass, a.attname) as line
      from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
     where k.contype = 'f' and cardinality(k.conkey) = 1";

#[tokio::test]
async fn the_tables_of_the_code_are_those_of_the_database() {
    let database = TestDatabase::create().await;

    let present = lines(&database, COLUMNS).await;

    expect_same("src/schema.rs", &tables_of_the_code(), &present);
    database.remove().await;
}

#[tokio::test]
async fn what_the_code_joins_are_foreign_keys() {
    let database = TestDatabase::create().await;

    let present = lines(&database, JOINS).await;

    let joins = text()
        .lines()
        .filter_map(|line| line.strip_prefix("diesel::joinable!(")?.strip_suffix(");"));
    let unknown: Vec<&str> = joins
        .filter(|join| !present.iter().any(|key| key == join))
        .collect();
    assert!(
        unknown.is_empty(),
        "src/schema.rs: no foreign key is {unknown:?}"
    );
    database.remove().await;
}

fn text() -> &'static str {
    include_str!("../../src/schema.rs")
}

/// Each table with its key, then its columns in their order; tables by name.
fn tables_of_the_code() -> Vec<String> {
    let blocks = text().split("diesel::table! {").skip(1);
    let mut tables: Vec<Vec<String>> = blocks.map(table).collect();
    tables.sort();
    tables.concat()
}

fn table(block: &str) -> Vec<String> {
    let lines = block.lines().map(str::trim).take_while(|line| *line != "}");
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    let head = lines.next().unwrap_or_default().trim_end_matches(" {");
    let name = head.split(' ').next().unwrap_or_default();
    let columns = lines.map(|line| format!("{name}.{}", line.trim_end_matches(',')));
    std::iter::once(head.to_owned()).chain(columns).collect()
}
