//! The one integration binary: the real program in a clean environment.

mod cli;
mod floors;
mod messages;
mod rule_pages;
mod support;
