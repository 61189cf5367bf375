//! In which language a caller would like to read names.

use actix_web::{
    HttpRequest,
    http::header::{AcceptLanguage, Header, Preference, Quality},
};

use super::{
    error::{AppError, AppResult},
    language::{Language, Preferred},
};

/// What the parameter `lang` says, and else the header `Accept-Language`. A header that cannot be
/// read says nothing: a browser's user cannot mend it. Source: RFC 9110 §12.5.4.
pub fn preferred(request: &HttpRequest, lang: Option<&str>) -> AppResult<Preferred> {
    if let Some(raw) = lang {
        let language = Language::parse(raw).map_err(|fault| AppError::parameter("lang", fault))?;
        return Ok(Preferred::new([language]));
    }
    let Ok(AcceptLanguage(mut wishes)) = AcceptLanguage::parse(request) else {
        return Ok(Preferred::default());
    };
    wishes.retain(|wish| wish.quality > Quality::ZERO);
    wishes.sort_by_key(|wish| std::cmp::Reverse(wish.quality));
    let languages = wishes.into_iter().filter_map(|wish| match wish.item {
        Preference::Specific(tag) => Language::parse(tag.as_str()).ok(),
        Preference::Any => None,
    });
    Ok(Preferred::new(languages))
}
