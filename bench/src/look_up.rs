//! Which SQL the service sends for a redirect, read from Postgres' own log: so it is never out of date.

use std::fs;

use crate::{
    Result, http,
    postgres::Postgres,
    service::{DOMAIN, Service},
};

/// A statement, and what its parameters were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// With `$1` and so on.
    pub text: String,
    /// The value of each, in order.
    pub values: Vec<String>,
}

/// Follows a code and returns the one statement that it was looked up by.
pub fn capture(postgres: &Postgres, service: &Service, code: &str) -> Result<Statement> {
    let position = postgres.logged_bytes()?;
    let follow = || http::get(service.public, DOMAIN, &format!("/{code}"));
    let status = postgres.while_logging(follow)?.status;
    if status != 302 {
        return Err(format!("the code of the look-up is answered with {status}").into());
    }
    let log = fs::read_to_string(postgres.log())?;
    let found = find(log.get(position..).unwrap_or_default(), code);
    let [statement] = found.as_slice() else {
        return Err(format!("a redirect takes {} statements, not one", found.len()).into());
    };
    Ok(statement.clone())
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
                && values.iter().any(|other| *other == array(value))
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

/// How Postgres writes an array of one code.
fn array(code: &str) -> String {
    format!("{{{code}}}")
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

impl Statement {
    /// The statement for pgbench, for the variable `code` instead of this one, with all other values as
    /// `p1` and so on, and what these are.
    pub fn for_pgbench(&self, code: &str) -> (String, Vec<(String, String)>) {
        let mut text = self.text.clone();
        let mut defined = Vec::new();
        // From the last, so that `$1` is not found in `$10`.
        for (index, value) in self.values.iter().enumerate().rev() {
            let number = index + 1;
            let (parameter, name) = (format!("${number}"), format!("p{number}"));
            if *value == array(code) {
                text = text.replace(&parameter, "array[:code]::text[]");
            } else {
                text = text.replace(&parameter, &format!(":{name}"));
                defined.push((name, value.clone()));
            }
        }
        (text, defined)
    }
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

        let (text, defined) = found[0].for_pgbench("7kq3m2");
        assert_eq!(
            text,
            "select a from b where c = :p1 and d = any(array[:code]::text[])"
        );
        assert_eq!(defined, [("p1".to_owned(), "it's, = $2".to_owned())]);
    }

    #[test]
    fn a_null_is_a_value() {
        assert_eq!(values("$1 = NULL, $2 = ''"), ["null", ""]);
    }
}
