-- One line for each thing in the schema that is ours: neither an extension's nor diesel's own.
with ours as (
    select 'pg_class'::regclass as kind, oid from pg_class
     where relnamespace = 'public'::regnamespace and relname not like '\_\_diesel%'
    union all
    select 'pg_proc'::regclass, oid from pg_proc
     where pronamespace = 'public'::regnamespace
       and not exists (select from pg_depend
                        where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e')
), lines (line) as (
    select format('extension %s', extname) from pg_extension
    union all
    select format('%s %s', case c.relkind when 'r' then 'table' when 'S' then 'sequence' when 'i' then 'index' when 'p' then 'partitioned table' else c.relkind::text end, c.relname)
      from ours join pg_class c using (oid)
    union all
    select format('column %s.%s %s %s not null=%s default=%s identity=%s generated=%s', c.relname, a.attnum, a.attname,
                  format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated)
      from ours join pg_class c using (oid) join pg_attribute a on a.attrelid = c.oid
           left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
     where c.relkind in ('r', 'p') and a.attnum > 0
    union all
    select format('constraint %s %s', conname, pg_get_constraintdef(k.oid))
      from ours join pg_constraint k on k.conrelid = ours.oid
    union all
    select pg_get_indexdef(indexrelid) from ours join pg_index on indexrelid = ours.oid
    union all
    select pg_get_functiondef(ours.oid) from ours where kind = 'pg_proc'::regclass
    union all
    select pg_get_triggerdef(t.oid) from ours join pg_trigger t on t.tgrelid = ours.oid where not t.tgisinternal
    union all
    select format('comment on %s: %s', pg_describe_object(classoid, objoid, objsubid), description)
      from ours join pg_description on classoid = kind and objoid = oid
)
select line from lines order by line collate "C"
