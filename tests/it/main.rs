//! The one integration binary: the real program in a clean environment.

mod cli;
mod draw;
mod examples;
mod floors;
mod html;
mod messages;
mod model;
mod properties;
mod readme;
mod reference;
mod rule_pages;
mod success;
mod support;
mod tools;
mod views;
mod whatif;
mod words;
