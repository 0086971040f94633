use super::*;
use proptest::prelude::*;

fn quantity(text: &str) -> Quantity {
    match parse(text) {
        Ok(Value::Quantity(quantity)) => quantity,
        other => panic!("`{text}` reads as {other:?}"),
    }
}

fn printed(text: &str) -> String {
    match parse(text) {
        Ok(value) => value.to_string(),
        Err(error) => panic!("`{text}`: {error}"),
    }
}

fn ratio(numerator: i128, denominator: i128) -> Ratio<i128> {
    Ratio::new(numerator, denominator)
}

#[test]
fn reads_numbers_into_base_units() {
    let usd = Dimension::money(Currency::USD);
    let month = 30 * 86_400;
    let cost = usd.over(Dimension::DURATION).unwrap();
    for (text, number, dimension) in [
        ("200ms", ratio(1, 5), Dimension::DURATION),
        ("7d", ratio(7 * 86_400, 1), Dimension::DURATION),
        ("1 month", ratio(month, 1), Dimension::DURATION),
        ("5 years", ratio(5 * 365 * 86_400, 1), Dimension::DURATION),
        ("320 bytes", ratio(320, 1), Dimension::SIZE),
        ("4 KiB", ratio(4096, 1), Dimension::SIZE),
        ("1.5k", ratio(1500, 1), Dimension::NUMBER),
        ("4bn", ratio(4_000_000_000, 1), Dimension::NUMBER),
        ("1_000", ratio(1000, 1), Dimension::NUMBER),
        ("99.95%", ratio(9995, 10_000), Dimension::NUMBER),
        ("3x", ratio(3, 1), Dimension::NUMBER),
        ("43.2 min/month", ratio(1, 1000), Dimension::NUMBER),
        ("300/min", ratio(5, 1), Dimension::RATE),
        ("5%/month", ratio(1, 20 * month), Dimension::RATE),
        ("10/user/day", ratio(10, 86_400), Dimension::RATE_PER_USER),
        ("300/min per user", ratio(5, 1), Dimension::RATE_PER_USER),
        ("8 Mbps", ratio(1_000_000, 1), Dimension::BANDWIDTH),
        ("8 Tbps", ratio(1_000_000_000_000, 1), Dimension::BANDWIDTH),
        (
            "6.4 GB/day",
            ratio(6_400_000_000, 86_400),
            Dimension::BANDWIDTH,
        ),
        ("$2k", ratio(2000, 1), usd),
        ("200 USD/month", ratio(200, month), cost),
        ("-5ms", ratio(-1, 200), Dimension::DURATION),
    ] {
        let read = quantity(text);
        assert_eq!((read.number, read.dimension), (number, dimension), "{text}");
    }
}

#[test]
fn prints_what_was_written() {
    for text in [
        "200ms",
        "5us",
        "30s",
        "15 min",
        "24h",
        "7d",
        "1 day",
        "7 days",
        "2 weeks",
        "1 month",
        "5 years",
        "24 hours",
        "1 hour",
        "0.5 years",
        "320 bytes",
        "1 byte",
        "320 B",
        "5 GB",
        "4 KiB",
        "1.5k",
        "100M",
        "4bn",
        "1000",
        "10000",
        "43200000",
        "0",
        "0.0001",
        "10k bytes",
        "100M/day",
        "100M/d",
        "300/min",
        "300/second",
        "300/s",
        "2k/s",
        "4/hour",
        "4/h",
        "4bn/month",
        "10/user/day",
        "0.2/user/day",
        "6.4 GB/day",
        "5 GB/user",
        "100 Mbps",
        "43.2 min/month",
        "99.95%",
        "99.999999999%",
        "5%",
        "5%/month",
        "3x",
        "100:1",
        "10k:1",
        "2..10",
        "100ms..2s",
        "100..200ms",
        "1..2 days",
        "5..10%",
        "1k..2k",
        "0..10k",
        "1..2 GB/day",
        "10..20/s",
        "$100..200/month",
        "100..200 EUR",
        "$200/month",
        "$0.023/GB/month",
        "$1.5k",
        "200 EUR/month",
        "200 USD",
        "2M EUR/year",
        "2027-01-31",
        "2028-02-29",
        "-5ms",
        "-$5",
        "12345678901234567890123456789",
    ] {
        assert_eq!(printed(text), text);
    }
}

#[test]
fn prints_other_spellings_as_people_write_them() {
    for (text, expected) in [
        ("1_000", "1000"),
        ("5GB", "5 GB"),
        ("320bytes", "320 bytes"),
        ("15min", "15 min"),
        ("200 ms", "200ms"),
        ("5µs", "5us"),
        ("5\u{3bc}s", "5us"),
        ("1 days", "1 day"),
        ("2 year", "2 years"),
        ("1.50", "1.5"),
        ("007", "7"),
        ("99.95 %", "99.95%"),
        ("100 M", "100M"),
        ("200EUR/month", "200 EUR/month"),
        ("10/day/user", "10/user/day"),
        ("300/min per user", "300/user/min"),
        ("100ms..200ms", "100..200ms"),
        ("$100..$200/month", "$100..200/month"),
        ("300/sec", "300/s"),
        ("  5s ", "5s"),
    ] {
        assert_eq!(printed(text), expected);
    }
}

#[test]
fn chooses_the_unit_that_suits() {
    let (size, time) = (Dimension::SIZE, Dimension::DURATION);
    let usd = Dimension::money(Currency::USD);
    for (number, dimension, expected) in [
        (ratio(1_200_000_000_000, 1), size, "1.2 TB"),
        (ratio(320, 1), size, "320 bytes"),
        (ratio(1, 1), size, "1 byte"),
        (ratio(0, 1), size, "0 bytes"),
        (ratio(1, 3), size, "0.3333 bytes"),
        (ratio(9_999_999_999, 10), size, "1 GB"),
        (ratio(5_000_000_000_000_000_000, 1), size, "5000 PB"),
        (ratio(1, 5), time, "200ms"),
        (ratio(0, 1), time, "0s"),
        (ratio(90, 1), time, "1.5 min"),
        (ratio(2592, 1), time, "43.2 min"),
        (ratio(86_400, 1), time, "24h"),
        (ratio(7 * 86_400, 1), time, "7d"),
        (ratio(5 * 365 * 86_400, 1), time, "5 years"),
        (ratio(2000, 1), Dimension::NUMBER, "2000"),
        (ratio(9999, 1), Dimension::NUMBER, "9999"),
        (ratio(12_000, 1), Dimension::NUMBER, "12k"),
        (ratio(123_456_789, 1), Dimension::NUMBER, "123.5M"),
        (ratio(999_999_999, 1), Dimension::NUMBER, "1bn"),
        (ratio(-1, 4), Dimension::NUMBER, "-0.25"),
        (ratio(2, 3), Dimension::NUMBER, "0.6667"),
        (ratio(1_000_000_000, 2_592_000), Dimension::RATE, "385.8/s"),
        (ratio(100_000_000, 86_400), Dimension::RATE, "1157/s"),
        (ratio(1_000_000_000, 86_400), Dimension::RATE, "11.57k/s"),
        (ratio(2, 1), Dimension::RATE_PER_USER, "2/user/s"),
        (ratio(75, 100_000_000), Dimension::RATE, "0.00000075/s"),
        (ratio(2_000_000, 1), Dimension::BANDWIDTH, "2 MB/s"),
        (ratio(2_400, 1), usd, "$2400"),
        (ratio(100_000_000, 1), Dimension::USERS, "100M"),
    ] {
        assert_eq!(Quantity::new(number, dimension).to_string(), expected);
    }
    let area = time.times(time).unwrap();
    assert_eq!(Quantity::new(ratio(3, 1), area).to_string(), "3 s^2");
    let odd = size.times(time).unwrap();
    assert_eq!(
        Quantity::new(ratio(20_000, 1), odd).to_string(),
        "20k byte·s"
    );
}

#[test]
fn keeps_the_nines_of_a_computed_percentage() {
    for (number, expected) in [
        (ratio(9_999_994_990_005, 10_000_000_000_000), "99.99995%"),
        (ratio(99_960_399, 100_000_000), "99.96%"),
        (ratio(2, 3), "66.67%"),
        (ratio(1, 1), "100%"),
        (ratio(875, 1000), "87.5%"),
    ] {
        let plain = Quantity::new(number, Dimension::NUMBER);
        assert_eq!(plain.in_unit("%").unwrap().to_string(), expected);
    }
}

#[test]
fn prints_in_the_unit_asked_for() {
    for (text, unit, expected) in [
        ("1bn/month", "/s", "385.8/s"),
        ("0.1%", "min/month", "43.2 min/month"),
        ("1200 GB", "TB", "1.2 TB"),
        ("100 Mbps", "MB/s", "12.5 MB/s"),
        ("43.2 min/month", "%", "0.1%"),
        ("2M", "k", "2000k"),
    ] {
        let asked = quantity(text).in_unit(unit).unwrap();
        assert_eq!(asked.to_string(), expected);
        assert_eq!(asked, quantity(text));
    }
    for (text, unit) in [("5 GB", "ms"), ("5 GB", "2 GB"), ("5 GB", "")] {
        assert_eq!(quantity(text).in_unit(unit), None);
    }
}

#[test]
fn says_what_is_wrong_and_where() {
    for (text, wrong, message) in [
        ("200mss", "mss", "unknown unit `mss`; did you mean `ms`?"),
        ("200 mss", "mss", "unknown unit `mss`; did you mean `ms`?"),
        ("200MS", "MS", "unknown unit `MS`; did you mean `ms`?"),
        ("5gb", "gb", "unknown unit `gb`; did you mean `GB`?"),
        ("5kB", "kB", "unknown unit `kB`; did you mean `KB`?"),
        ("5K", "K", "unknown unit `K`; did you mean `k`?"),
        ("5 foobar", "foobar", "unknown unit `foobar`"),
        ("5s3", "s3", "unknown unit `s3`; did you mean `s`?"),
        ("500rps", "rps", "unknown unit `rps`; did you mean `/s`?"),
        ("2 hrs", "hrs", "unknown unit `hrs`; did you mean `h`?"),
        ("$5/mo", "mo", "unknown unit `mo`; did you mean `month`?"),
        (
            "10ns",
            "ns",
            "`ns` is not read; the smallest unit of time is `us`",
        ),
        (
            "1T",
            "T",
            "`T` is not read; write `1000bn`, or `TB` for a size",
        ),
        (
            "1e6",
            "e6",
            "`e6` is not read; write `k`, `M` or `bn` for large numbers",
        ),
        ("5/days", "days", "unknown unit `days`; did you mean `day`?"),
        ("5/usr", "usr", "unknown unit `usr`; did you mean `user`?"),
        (
            "10m",
            "m",
            "`m` can be read in several ways; write `min` for minutes, `month` for months or `M` for millions",
        ),
        (
            "4b",
            "b",
            "`b` can be read in several ways; write `bn` for billions or `bytes` for a size",
        ),
        ("", "", "a quantity is missing"),
        ("abc", "abc", "`abc` does not begin with a number"),
        (".5", ".5", "a number begins with a digit; write `0.5`"),
        ("5.", "", "digits are missing after the point"),
        ("1.2.3", ".3", "a number has one decimal point"),
        ("1__0", "1__0", "each `_` stands alone between two digits"),
        ("1_s", "1_", "each `_` stands alone between two digits"),
        (
            "1,000",
            ",000",
            "`,` separates the items of a list; inside a number write `_`",
        ),
        (
            "123456789012345678901234567890",
            "123456789012345678901234567890",
            "too many digits; 29 are kept exactly",
        ),
        (
            "99999999999999999999999999999bn TB",
            "99999999999999999999999999999bn TB",
            "the number is too large to be kept exactly",
        ),
        ("5/", "/", "a unit is missing: `s`, `day`, `user` fit here"),
        ("5/day/h", "h", "`/h` is a second period"),
        ("5/user/user", "user", "`/user` stands twice"),
        (
            "5 Mbps/s",
            "s",
            "bits per second are a rate already; no other period fits",
        ),
        (
            "$5 GB",
            "GB",
            "`$` says the unit already; `GB` cannot follow",
        ),
        ("€5", "€", "`€` is not read; write `200 EUR`"),
        ("5s!", "!", "`!` cannot follow a quantity"),
        (
            "10..2",
            "10..2",
            "the range begins above its end; write `2..10`",
        ),
        (
            "2s..100ms",
            "2s..100ms",
            "the range begins above its end; write `100ms..2s`",
        ),
        (
            "1ms..2 GB",
            "1ms..2 GB",
            "a range has two ends of one kind; this one begins with a duration and ends with a size",
        ),
        (
            "1ms..2",
            "2",
            "a unit is missing: that of the end holds for both ends of a range",
        ),
        (
            "1..2k",
            "1..2k",
            "`1..2k` can be read in two ways; give `1` its own `k`, or write both ends without",
        ),
        ("2..", "", "a number is missing"),
        ("100..2zz", "zz", "unknown unit `zz`"),
        (
            "1ms:2",
            "1ms",
            "a ratio has plain numbers on both sides, such as `100:1`",
        ),
        ("0:0", "0:0", "a ratio cannot be zero on both sides"),
        (
            "2027-02-29",
            "2027-02-29",
            "the date `2027-02-29` does not exist; that month has 28 days",
        ),
        (
            "2027-13-01",
            "2027-13-01",
            "the date `2027-13-01` does not exist",
        ),
        (
            "2027-1-31",
            "2027-1-31",
            "`2027-1-31` is not a date; write `2027-01-31`",
        ),
    ] {
        let error = parse(text).expect_err(text);
        assert_eq!(
            (&text[error.span], error.message.as_str()),
            (wrong, message)
        );
    }
    assert_eq!(parse("5gb").unwrap_err().replacement.as_deref(), Some("GB"));
    assert_eq!(parse("  5s!").unwrap_err().span, 4..5);
}

#[test]
fn knows_which_separate_words_are_units() {
    for word in [
        "bytes",
        "GB",
        "GB/day",
        "days",
        "year",
        "Mbps",
        "min/month",
        "EUR",
        "EUR/month",
        "GB/user/day",
    ] {
        assert!(is_unit(word), "{word}");
    }
    for word in [
        "across", "zones", "per", "user", "users", "k", "M", "x", "%", "", "/", "GB/", "/day",
        "GB/zone", "gb", "ABC",
    ] {
        assert!(!is_unit(word), "{word}");
    }
}

#[test]
fn spells_every_unit_once() {
    let mut spellings: Vec<&str> = units().iter().flat_map(Unit::spellings).collect();
    let count = spellings.len();
    spellings.sort_unstable();
    spellings.dedup();
    assert_eq!(spellings.len(), count);
    assert!(spellings.iter().all(|word| Currency::new(word).is_none()));
    assert_eq!(unit::user().name(), "user");
    assert_eq!(unit::second().name(), "s");
    assert_eq!(unit::gigabyte().name(), "GB");
}

/// Reads `a * b / c + d` from left to right, blanks around operators.
fn computed(expression: &str) -> Result<Quantity, ArithmeticError> {
    let operators = [" * ", " / ", " + ", " - "];
    let (head, operator) = operators
        .iter()
        .filter_map(|operator| Some((expression.rfind(operator)?, *operator)))
        .max()
        .map_or((expression.len(), ""), |found| found);
    if operator.is_empty() {
        return Ok(match expression.strip_prefix("users ") {
            Some(users) => quantity(users).active_users().unwrap(),
            None => quantity(expression),
        });
    }
    let left = computed(&expression[..head])?;
    let right = computed(&expression[head + operator.len()..])?;
    match operator {
        " * " => left.mul(&right),
        " / " => left.div(&right),
        " + " => left.add(&right),
        _ => left.sub(&right),
    }
}

#[test]
fn computes_as_people_would_write_it() {
    for (expression, expected) in [
        ("20M/day * 320 bytes", "6.4 GB/day"),
        ("320 bytes * 20M/day", "6.4 GB/day"),
        ("20M/day * 320 bytes * 5 years * 3", "35.04 TB"),
        ("10/user/day * users 100M/day", "1bn/day"),
        ("users 100M/day * 10/user/day", "1bn/day"),
        ("users 100M/day * 2/user/day * 300 bytes", "60 GB/day"),
        ("60 GB/day * 5 years * 3", "328.5 TB"),
        ("users 5000 * 10/user/day", "50k/day"),
        ("1/user/day * 3x", "3/user/day"),
        ("5 GB/user * users 100M/day", "500 PB"),
        ("100% - 99.95%", "0.05%"),
        ("99.9% * 99.9%", "99.8001%"),
        ("1bn/day * 5%", "50M/day"),
        ("30 days / 43.2 min", "1000"),
        ("300/s * 200ms", "60"),
        ("1 / 200ms", "5/s"),
        ("300 GB / 6.4 GB/day", "46.875d"),
        ("6.4 GB / 1 day", "6.4 GB/day"),
        ("100M / 1 day", "100M/day"),
        ("100 Mbps * 3", "300 Mbps"),
        ("4 GiB * 3", "12 GiB"),
        ("200ms + 50ms", "250ms"),
        ("900ms + 100ms", "1s"),
        ("5 years * 3", "15 years"),
        ("$200/month * 12", "$2400/month"),
        ("$200/month * 1 year", "$2433"),
        ("200 EUR/month * 3", "600 EUR/month"),
        ("$0.02/GB/month * 5 TB", "$100/month"),
        ("43.2 min/month * 2", "86.4 min/month"),
        ("5 GB / 2.5 GB", "2"),
        ("5 GB * 2 GB", "10000000000bn byte^2"),
    ] {
        let result = computed(expression).map(|result| result.to_string());
        assert_eq!(result.as_deref(), Ok(expected), "{expression}");
    }
}

#[test]
fn refuses_what_does_not_combine() {
    for (expression, message) in [
        ("200ms + 5 GB", "a duration and a size cannot be added"),
        ("5/s - 5", "a rate and a count cannot be subtracted"),
        (
            "5 EUR + $5",
            "an amount of money in EUR and an amount of money in USD cannot be added",
        ),
        (
            "5 EUR * $5",
            "an amount of money in EUR and an amount of money in USD cannot be multiplied",
        ),
        ("5 / 0", "division by zero"),
        (
            "99999999999999999999999999999 * 99999999999999999999999999999",
            "the result is too large to be kept exactly",
        ),
        (
            "10/user/day * users 100M/month",
            "a rate per user and day does not go with users counted per month; state both for the same period",
        ),
    ] {
        let error = computed(expression).expect_err(expression);
        assert_eq!(error.to_string(), message);
    }
    let (duration, size) = (quantity("5s"), quantity("5 GB"));
    let error = duration.compare(&size).unwrap_err().to_string();
    assert_eq!(error, "a duration and a size cannot be compared");
}

#[test]
fn compares_values_and_not_spellings() {
    for (left, right) in [
        ("1000ms", "1s"),
        ("$5", "5 USD"),
        ("0.1%", "43.2 min/month"),
        ("8 Mbps", "1 MB/s"),
        ("60/min", "1/s"),
        ("1 year", "365 days"),
    ] {
        assert_eq!(quantity(left), quantity(right));
    }
    let order = quantity("99.95%").compare(&quantity("99.9%"));
    assert_eq!(order, Ok(Ordering::Greater));
    assert!(quantity("200ms") < quantity("1s"));
}

#[test]
fn budgets_the_downtime_of_thirty_days() {
    for (target, expected) in [
        ("99%", "432 min/month"),
        ("99.9%", "43.2 min/month"),
        ("99.95%", "21.6 min/month"),
        ("99.99%", "4.32 min/month"),
        ("99.999%", "0.432 min/month"),
    ] {
        let budget = Quantity::count(1).sub(&quantity(target)).unwrap();
        assert_eq!(budget.in_unit("min/month").unwrap().to_string(), expected);
        let minutes = budget.mul(&quantity("30 days")).unwrap();
        let minutes = minutes.in_unit("min").unwrap();
        assert_eq!(format!("{minutes}/month"), expected);
    }
}

#[test]
fn describes_with_an_example_that_reads_as_such() {
    for (text, expected) in [
        ("5s", "a duration such as `200ms`"),
        ("5 GB", "a size such as `320 bytes`"),
        ("5/min", "a rate such as `300/s`"),
        ("5k", "a count such as `100M`"),
        ("5%", "a percentage such as `99.95%`"),
        ("5x", "a multiple such as `3x`"),
        ("5/user/s", "a rate per user such as `10/user/day`"),
        ("5 EUR", "an amount of money in EUR such as `200 EUR`"),
        ("$5/s", "a cost in USD such as `$200/month`"),
        ("5 TB/year", "a bandwidth such as `6.4 GB/day`"),
    ] {
        assert_eq!(quantity(text).describe(), expected);
    }
    let missing = Dimension::DURATION.missing_unit();
    let expected = "a unit is missing: `ms`, `s`, `min` fit";
    assert_eq!(missing.as_deref(), Some(expected));
    assert_eq!(Dimension::NUMBER.missing_unit(), None);
}

#[test]
fn accepts_any_currency_where_none_is_named() {
    let euros = quantity("5 EUR").dimension;
    assert!(euros.fits(Dimension::MONEY));
    assert!(euros.fits(euros));
    assert!(!euros.fits(Dimension::money(Currency::USD)));
    assert!(!euros.fits(Dimension::COST));
    assert!(quantity("$5/month").dimension.fits(Dimension::COST));
}

#[test]
fn counts_the_users_of_a_period() {
    let users = quantity("100M/day").active_users().unwrap();
    assert_eq!(users.dimension, Dimension::USERS);
    assert_eq!(users.number, ratio(100_000_000, 1));
    assert_eq!(users.to_string(), "100M/day");
    assert_eq!(users.period().map(Unit::name), Some("day"));
    assert_eq!(quantity("5s").active_users(), None);
    assert_eq!(quantity("5%").active_users(), None);
    let limit = quantity("300/min").per_user().unwrap();
    assert_eq!(limit, quantity("300/min per user"));
    assert_eq!(limit.to_string(), "300/user/min");
}

#[test]
fn takes_computed_numbers() {
    let number = |float| Quantity::from_f64(float, Dimension::NUMBER);
    assert_eq!(number(0.1), Some(quantity("0.1")));
    assert_eq!(number(-1.5e9), Some(quantity("-1.5bn")));
    assert_eq!(number(1e-300), Some(quantity("0")));
    assert_eq!(number(0.0), Some(quantity("0")));
    for float in [f64::NAN, f64::INFINITY, 1e300] {
        assert_eq!(number(float), None);
    }
    assert_eq!(quantity("200ms").to_f64(), 0.2);
}

fn written() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        (0_u64..100_000).prop_map(|whole| whole.to_string()),
        (0_u64..100_000, 1_u32..=999_999).prop_map(|(whole, part)| format!("{whole}.{part}")),
    ];
    let above: Vec<&str> = units().iter().flat_map(Unit::spellings).collect();
    let above = above.into_iter().filter(|unit| *unit != "user");
    let unit = prop_oneof![
        Just(String::new()),
        Just(" EUR".to_owned()),
        prop::sample::select(above.collect::<Vec<_>>()).prop_map(|unit| format!(" {unit}")),
    ];
    let below = prop::sample::select(vec!["", "/s", "/day", "/user", "/user/month", "/GB/year"]);
    (number, unit, below).prop_map(|(number, unit, below)| match unit.ends_with("bps") {
        true => format!("{number}{unit}"),
        false => format!("{number}{unit}{below}"),
    })
}

proptest! {
    #[test]
    fn prints_what_reads_as_the_same(text in written()) {
        let value = parse(&text).unwrap();
        let printed = value.to_string();
        prop_assert_eq!(parse(&printed), Ok(value));
        prop_assert_eq!(parse(&printed).unwrap().to_string(), printed);
    }

    #[test]
    fn prints_ranges_that_read_as_the_same(low in written(), high in written()) {
        if let Ok(value) = parse(&format!("{low}..{high}")) {
            let printed = value.to_string();
            prop_assert_eq!(parse(&printed), Ok(value), "{}", printed);
        }
    }

    #[test]
    fn rounds_to_within_a_thousandth(number in 1_i128.., parts in 1_i128..1_000_000) {
        for dimension in [Dimension::NUMBER, Dimension::SIZE, Dimension::DURATION, Dimension::RATE] {
            let exact = Quantity::new(ratio(number, parts), dimension);
            let printed = exact.to_string();
            match parse(&printed) {
                Ok(Value::Quantity(read)) => {
                    let off = (read.to_f64() / exact.to_f64() - 1.0).abs();
                    prop_assert!(off < 0.001, "{} for {:?}", printed, exact);
                }
                Err(error) => prop_assert!(error.message.starts_with("too many digits")),
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }

    #[test]
    fn reads_any_text_without_panic(text in "\\PC*") {
        check_any(&text);
    }

    #[test]
    fn reads_any_number_like_text_without_panic(text in "[-$]?[0-9._:/kMGBs% xµ-]{0,40}") {
        check_any(&text);
    }

    #[test]
    fn computes_anything_without_panic(
        left in any::<(i128, i128)>(), right in any::<(i128, i128)>(),
    ) {
        let make = |(numerator, denominator): (i128, i128)| {
            let denominator = denominator.saturating_abs().max(1);
            Quantity::new(Ratio::new_raw(numerator, denominator), Dimension::SIZE)
        };
        let (left, right) = (make(left), make(right));
        for result in [left.add(&right), left.sub(&right), left.mul(&right), left.div(&right)] {
            let printed = result.map(|result| result.to_string());
            prop_assert!(printed.is_err() || printed.is_ok_and(|text| !text.is_empty()));
        }
    }
}

fn check_any(text: &str) {
    match parse(text) {
        Ok(value) => assert_eq!(parse(&value.to_string()), Ok(value), "{value}"),
        Err(error) => assert!(text.get(error.span).is_some() && !error.message.is_empty()),
    }
    is_unit(text);
}

#[test]
fn users_of_a_period_come_at_least_once_in_it() {
    let once = |text| match parse(text) {
        Ok(Value::Quantity(quantity)) => quantity.once_each(),
        _ => None,
    };
    assert_eq!(once("864k/day"), Some(10.0));
    assert_eq!(once("36M/hour").or(once("36M/h")), Some(10_000.0));
    assert_eq!(once("100M"), None);
}
