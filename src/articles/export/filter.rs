//! Which articles are exported.

use serde::Deserialize;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::{
    articles::filter::ArticleFilter,
    base::error::{AppError, AppResult},
};

/// Which articles are exported: whatever a list can be asked for, but how long its pages are.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct ExportFilter(ArticleFilter);

/// What an export has no use for.
const OF_PAGES: [&str; 2] = ["limit", "count"];

impl IntoParams for ExportFilter {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = ArticleFilter::into_params(place);
        parameters.retain(|parameter| !OF_PAGES.contains(&parameter.name.as_str()));
        for parameter in &mut parameters {
            if parameter.name == "cursor" {
                let about = "Where the export begins: `cursor` of the last whole line of one that broke off.";
                parameter.description = Some(about.to_owned());
            }
        }
        parameters
    }
}

impl ExportFilter {
    /// The filter of a list whose pages have no length.
    pub fn into_list(self) -> AppResult<ArticleFilter> {
        let is_given = [self.0.limit.is_some(), self.0.count.is_some()];
        match OF_PAGES
            .iter()
            .zip(is_given)
            .find(|(_, is_given)| *is_given)
        {
            None => Ok(self.0),
            Some((name, _)) => Err(AppError::parameter(name, "has no meaning for an export")),
        }
    }
}
