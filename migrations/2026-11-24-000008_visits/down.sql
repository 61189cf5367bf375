drop table visits, visit_breakdown_days, visit_breakdown_quarters, visit_days, visit_quarters, visit_totals, visit_breakdown_journal, visit_journal, visit_flushes;
