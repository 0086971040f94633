//! The one integration binary: the real program in a clean environment.

mod analyze;
mod baseline;
mod changed;
mod cli;
mod config;
mod diff;
mod draw;
mod examples;
mod faults;
mod fix;
mod floors;
mod formats;
mod html;
mod init;
#[cfg(unix)]
mod integrations;
mod licences;
mod messages;
mod model;
mod policies;
mod practice;
mod properties;
mod readme;
mod reference;
mod rule_pages;
mod success;
mod support;
mod tools;
mod trust;
mod views;
mod whatif;
mod words;
