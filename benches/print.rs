//! Prints the generated design of a size, for timing the whole program:
//! `cargo bench --bench print -- 10000 > design.arch`.

mod generate;

fn main() {
    let sizes = std::env::args().filter_map(|argument| argument.parse().ok());
    for size in sizes {
        print!("{}", generate::design(size));
    }
}
