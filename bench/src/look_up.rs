//! Which SQL the service sends for a look-up, read from Postgres' own log: so it is never out of date.

use std::{fs, net::SocketAddr};

use crate::{Result, http, postgres::Postgres, service::DOMAIN};

/// A statement, and what its parameters were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// With `$1` and so on.
    pub text: String,
    /// The value of each, in order.
    pub values: Vec<String>,
}

/// Asks for a path and returns the statements that were executed with this value for it.
pub fn capture(
    postgres: &Postgres,
    address: SocketAddr,
    path: &str,
    value: &str,
) -> Result<Vec<Statement>> {
    let position = postgres.logged_bytes()?;
    let answer = postgres.while_logging(|| http::get(address, DOMAIN, path))?;
    if answer.status >= 400 {
        return Err(format!("the look-up is answered with {}", answer.status).into());
    }
    let log = fs::read_to_string(postgres.log())?;
    match find(log.get(position..).unwrap_or_default(), value) {
        found if found.is_empty() => Err("the look-up takes no statement".into()),
        found => Ok(found),
    }
}

/// The statements of a log that were executed with this value.
fn find(log: &str, value: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut executed: Option<String> = None;
    for line in log.lines() {
        if let Some((_, rest)) = line.split_once("  execute ") {
            executed = rest.split_once(": ").map(|(_, text)| text.to_owned());
        } else if let Some((_, rest)) = line.split_once("DETAIL:  parameters: ") {
            let values = values(rest);
            if let Some(text) = executed.take()
                && values
                    .iter()
                    .any(|other| other == value || *other == array(value))
            {
                found.push(Statement { text, values });
            }
        } else if let Some(text) = executed.as_mut().filter(|_| line.starts_with('\t')) {
            text.push('\n');
            text.push_str(line);
        } else {
            executed = None;
        }
    }
    found
}

/// How Postgres writes an array of one value.
fn array(value: &str) -> String {
    format!("{{{value}}}")
}

/// Reads `$1 = 'a', $2 = 'it''s', $3 = NULL`.
fn values(mut text: &str) -> Vec<String> {
    let mut values = Vec::new();
    while let Some((_, rest)) = text.split_once(" = ") {
        let Some(quoted) = rest.strip_prefix('\'') else {
            values.push("null".to_owned());
            text = rest;
            continue;
        };
        let mut end = 0;
        while let Some(quote) = quoted[end..].find('\'') {
            end += quote;
            if !quoted[end + 1..].starts_with('\'') {
                break;
            }
            end += 2;
        }
        values.push(quoted[..end].replace("''", "'"));
        text = &quoted[end..];
    }
    values
}

/// The statements for pgbench, with an expression instead of the value, and all other values as `p1` and
/// so on, and what these are.
pub fn for_pgbench(
    statements: &[Statement],
    value: &str,
    expression: &str,
) -> (String, Vec<(String, String)>) {
    let (mut script, mut defined) = (String::new(), Vec::new());
    for statement in statements {
        let mut text = statement.text.clone();
        // From the last, so that `$1` is not found in `$10`.
        for (index, other) in statement.values.iter().enumerate().rev() {
            let parameter = format!("${}", index + 1);
            if other == value {
                text = text.replace(&parameter, expression);
            } else if *other == array(value) {
                text = text.replace(&parameter, &format!("array[{expression}]"));
            } else {
                let name = format!("p{}", defined.len() + 1);
                text = text.replace(&parameter, &format!(":{name}"));
                defined.push((name, other.clone()));
            }
        }
        script.push_str(&text);
        script.push_str(";\n");
    }
    (script, defined)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
2026 [1] LOG:  duration: 0.1 ms  bind s0: select a from b where c = $1 and d = any($2)
2026 [1] DETAIL:  parameters: $1 = 'it''s, = $2', $2 = '{7kq3m2}'
2026 [1] LOG:  duration: 0.1 ms  execute s0: select a from b where c = $1 and d = any($2)
2026 [1] DETAIL:  parameters: $1 = 'it''s, = $2', $2 = '{7kq3m2}'
2026 [2] LOG:  duration: 0.1 ms  execute s1: select 1 where $1 > 2
2026 [2] DETAIL:  parameters: $1 = NULL
";

    #[test]
    fn the_executed_statement_is_found_by_a_value() {
        let found = find(LOG, "7kq3m2");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].values, ["it's, = $2", "{7kq3m2}"]);

        let (script, defined) = for_pgbench(&found, "7kq3m2", ":code::text");
        assert_eq!(
            script,
            "select a from b where c = :p1 and d = any(array[:code::text]);\n"
        );
        assert_eq!(defined, [("p1".to_owned(), "it's, = $2".to_owned())]);
    }

    #[test]
    fn a_null_is_a_value() {
        assert_eq!(values("$1 = NULL, $2 = ''"), ["null", ""]);
    }
}
