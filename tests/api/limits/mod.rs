//! What one caller can take of the service, and what browsers are told.

mod browsers;
mod deadline;
mod quotas;
mod raw;
mod slow;
