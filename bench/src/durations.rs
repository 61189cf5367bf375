//! How long statements took, as Postgres itself says in its log.

/// Milliseconds that prepared statements took, with all that belongs to them: parsing, binding and
/// executing. Those of the simple protocol, by which nobody asks for data, are left out.
pub fn total_ms(log: &str) -> f64 {
    log.lines().filter_map(duration_ms).sum()
}

fn duration_ms(line: &str) -> Option<f64> {
    if line.starts_with('\t') {
        // A statement's text goes on.
        return None;
    }
    let (_, rest) = line.split_once("LOG:  duration: ")?;
    let (time, step) = rest.split_once(" ms  ")?;
    let steps = ["parse ", "bind ", "execute "];
    if !steps.iter().any(|known| step.starts_with(known)) {
        return None;
    }
    time.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_takes_what_its_steps_take() {
        let log = "\
2026 [1] LOG:  duration: 0.250 ms  parse s7: select a
\t  from b where c = 'LOG:  duration: 9 ms  bind s7: x'
2026 [1] LOG:  duration: 1.500 ms  bind s7: select a
2026 [1] DETAIL:  parameters: $1 = 'x'
2026 [1] LOG:  duration: 4.000 ms  execute s7: select a
2026 [2] LOG:  duration: 0.010 ms  statement: 
";
        assert!((total_ms(log) - 5.75).abs() < 1e-9, "{}", total_ms(log));
    }
}
