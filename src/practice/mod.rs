//! Practice: problems, and what answers to them are worth.
//!
//! Takes the model of a problem, and an answer as the review left it: its design
//! and the outcome. Gives a [`Score`], a report of where an answer stands, or a
//! comparison of two answers, all as plain data. Names no rule; only a problem
//! does, in what it wants an answer to be `without`.
//!
//! A problem is another set of files than the answer, so that the two are resolved
//! by themselves, each with its own findings, and a slip in one never matches a
//! name in the other. What an expectation asks for holds no element of any model:
//! its names stand for other expectations, and what those found is looked up while
//! an answer is held against it. So one problem is read once and scores any answer.
//!
//! Does not know files, terminals, the clock, or how anything is laid out.

mod answer;
pub mod clock;
mod criteria;
mod find;
mod grade;
mod kept;
mod material;
mod pages;
pub mod problems;
mod score;
mod sheet;
mod skeleton;
mod trial;
mod words;

pub use answer::Answer;
pub use clock::has_data_flow;
pub use grade::grade;
pub use kept::{mistakes, sorted};
pub use material::{Choice, Material, Part, material};
pub use pages::{answer_page, prompt_page};
pub use score::{Asked, Competency, Criterion, Line, Place, Points, Score, StepScore, Verdict};
pub use sheet::{compare_sheet, score_sheet, standing_sheet, step_words, trials_sheet};
pub use skeleton::skeleton;
pub use trial::{Role, Run, Trial};
