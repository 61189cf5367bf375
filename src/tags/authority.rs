//! How the identifiers of well-known authorities are written, and the addresses that stand for them.

use oxrdf::NamedNode;

use super::key::ExternalId;

/// The authority of addresses that nobody else here speaks for: the identifier is the address itself.
const ADDRESS: &str = "iri";

/// Where authorities have what they identify: what stands before an identifier and what may stand
/// behind it. The first line of an authority is how its addresses are written.
///
/// Source: the linked data of Wikidata, IPTC, GeoNames, ISNI, VIAF and GLEIF.
const PLACES: &[(&str, &str, &str)] = &[
    ("wikidata", "http://www.wikidata.org/entity/", ""),
    ("wikidata", "http://www.wikidata.org/wiki/", ""),
    ("medtop", "http://cv.iptc.org/newscodes/mediatopic/", ""),
    ("geonames", "https://sws.geonames.org/", "/"),
    ("geonames", "https://www.geonames.org/", "/"),
    ("isni", "https://isni.org/isni/", ""),
    ("viaf", "http://viaf.org/viaf/", ""),
    ("lei", "https://rdf.gleif.org/L1/L-", ""),
    ("lei", "https://lei.info/", ""),
];

/// The address that stands for an identifier, if its authority has any.
pub fn address(id: &ExternalId) -> Option<String> {
    if id.authority == ADDRESS {
        return Some(id.id.clone());
    }
    let place = PLACES.iter().find(|place| place.0 == id.authority);
    place.map(|(_, before, behind)| format!("{before}{}{behind}", id.id))
}

/// The identifier that an address stands for; one that no authority here speaks for is an identifier
/// itself. http and https are the same.
pub fn of_address(address: &str) -> Result<ExternalId, String> {
    let known = PLACES.iter().find_map(|(authority, before, behind)| {
        let id = without_scheme(address).strip_prefix(without_scheme(before))?;
        parse(authority, id.strip_suffix(behind).unwrap_or(id)).ok()
    });
    known.map_or_else(|| parse(ADDRESS, address), Ok)
}

fn without_scheme(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.strip_prefix("www.").unwrap_or(rest)
}

/// Reads an identifier and holds it against the grammar of its authority; the error is ready to stand
/// behind the field's name.
pub fn parse(authority: &str, id: &str) -> Result<ExternalId, String> {
    let id = ExternalId::parse(authority, id)?;
    check(&id.authority, &id.id)?;
    Ok(id)
}

/// Checks an identifier against the grammar of its authority; one that is not known here writes them
/// as it likes. The error is ready to stand behind the field's name.
fn check(authority: &str, id: &str) -> Result<(), String> {
    let (is_right, form): (fn(&str) -> bool, _) = match authority {
        // Source: https://www.wikidata.org/wiki/Wikidata:Identifiers
        "wikidata" => (
            |id| id.strip_prefix('Q').is_some_and(is_number),
            "Q and a number, as in Q851",
        ),
        // Source: IPTC NewsCodes, the scheme `medtop`.
        "medtop" => (
            |id| id.len() == 8 && is_digits(id),
            "eight digits, as in 20000344",
        ),
        "geonames" => (is_number, "a number, as in 290030"),
        "iso3166" => (
            is_country_or_region,
            "a country or region code of ISO 3166 in capitals, as in QA or GB-SCT",
        ),
        "lei" => (
            is_legal_entity,
            "20 capitals and digits with the check digits of ISO 17442, as in 5493001KJTIIGC8Y1R12",
        ),
        "isni" => (
            is_name_identifier,
            "16 digits without spaces, the last of them the check character of ISO 27729",
        ),
        "viaf" => (is_number, "a number, as in 113230702"),
        ADDRESS => (
            |id| NamedNode::new(id).is_ok(),
            "an absolute address (RFC 3987), as in https://terms.example/7",
        ),
        _ => return Ok(()),
    };
    if is_right(id) {
        return Ok(());
    }
    Err(format!("must have an id of {authority}: {form}"))
}

fn is_digits(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|c| c.is_ascii_digit())
}

/// Without leading zeros, so that one thing has one identifier.
fn is_number(id: &str) -> bool {
    is_digits(id) && !id.starts_with('0')
}

/// Source: ISO 3166-1 (alpha-2) and ISO 3166-2.
fn is_country_or_region(id: &str) -> bool {
    let (country, region) = id.split_once('-').unwrap_or((id, "0"));
    let is_region = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit();
    country.len() == 2
        && country.bytes().all(|c| c.is_ascii_uppercase())
        && (1..=3).contains(&region.len())
        && region.bytes().all(is_region)
}

/// Source: ISO 17442, whose check digits are those of ISO 7064 MOD 97-10.
fn is_legal_entity(id: &str) -> bool {
    let is_made_of = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit();
    let remainder = |rest: u32, c: char| match c.to_digit(36) {
        Some(value) if value > 9 => (rest * 100 + value) % 97,
        value => (rest * 10 + value.unwrap_or_default()) % 97,
    };
    id.len() == 20 && id.bytes().all(is_made_of) && id.chars().fold(0, remainder) == 1
}

/// Source: ISO 27729, whose check character is that of ISO 7064 MOD 11-2.
fn is_name_identifier(id: &str) -> bool {
    let Some((digits, check)) = id.split_at_checked(15) else {
        return false;
    };
    let sum = digits
        .chars()
        .fold(0, |sum, c| (sum + c.to_digit(10).unwrap_or_default()) * 2);
    let expected = match (12 - sum % 11) % 11 {
        10 => "X".to_owned(),
        digit => digit.to_string(),
    };
    is_digits(digits) && check == expected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_identifiers_have_their_form() {
        for (authority, right, wrong) in [
            ("wikidata", "Q851", "q851"),
            ("wikidata", "Q851", "Q0851"),
            ("medtop", "20000344", "344"),
            ("geonames", "290030", "QA"),
            ("iso3166", "QA", "qa"),
            ("iso3166", "GB-SCT", "GB-"),
            ("lei", "5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R13"),
            ("isni", "0000000121032683", "0000000121032684"),
            ("viaf", "113230702", "x"),
            ("iri", "urn:isbn:0", "terms/7"),
            ("iri", "https://terms.example/é", "https://terms.example/<"),
        ] {
            assert_eq!(check(authority, right), Ok(()), "{authority}:{right}");
            assert!(check(authority, wrong).is_err(), "{authority}:{wrong}");
        }
        assert_eq!(check("cms_terms", "whatever"), Ok(()));
    }

    #[test]
    fn an_address_stands_for_an_identifier() {
        for (address, told) in [
            ("http://www.wikidata.org/entity/Q851", "wikidata:Q851"),
            ("https://www.wikidata.org/wiki/Q851", "wikidata:Q851"),
            (
                "https://cv.iptc.org/newscodes/mediatopic/01000000",
                "medtop:01000000",
            ),
            ("https://sws.geonames.org/290030/", "geonames:290030"),
            ("http://www.geonames.org/290030", "geonames:290030"),
            (
                "https://www.isni.org/isni/0000000121032683",
                "isni:0000000121032683",
            ),
            ("https://viaf.org/viaf/113230702", "viaf:113230702"),
            (
                "https://rdf.gleif.org/L1/L-5493001KJTIIGC8Y1R12",
                "lei:5493001KJTIIGC8Y1R12",
            ),
            (
                "http://www.wikidata.org/entity/L9",
                "iri:http://www.wikidata.org/entity/L9",
            ),
            ("https://terms.example/7", "iri:https://terms.example/7"),
        ] {
            let id = of_address(address).unwrap();
            assert_eq!(format!("{}:{}", id.authority, id.id), told);
            let written = super::address(&id).unwrap();
            assert_eq!(of_address(&written), Ok(id), "{written}");
        }
        let own = ExternalId::parse("cms_terms", "7").unwrap();
        assert_eq!(super::address(&own), None);
        assert!(of_address(&format!("https://terms.example/{}", "x".repeat(128))).is_err());
    }
}
