//! The one integration binary: the real program in a clean environment.

mod cli;
mod examples;
mod floors;
mod messages;
mod model;
mod properties;
mod readme;
mod reference;
mod rule_pages;
mod success;
mod support;
mod tools;
mod words;
