//! What a quantity is a quantity of.

use std::fmt;

/// Exponents of time, data, users and money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dimension {
    time: i8,
    data: i8,
    user: i8,
    money: i8,
    currency: Option<Currency>,
}

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(&'static str);

impl Dimension {
    /// A plain number, a percentage, a multiple.
    pub const NUMBER: Dimension = Dimension::of(0, 0, 0, 0);
    /// Time.
    pub const DURATION: Dimension = Dimension::of(1, 0, 0, 0);
    /// Data.
    pub const SIZE: Dimension = Dimension::of(0, 1, 0, 0);
    /// So many in a time.
    pub const RATE: Dimension = Dimension::of(-1, 0, 0, 0);
    /// Users.
    pub const USERS: Dimension = Dimension::of(0, 0, 1, 0);
    /// So many in a time for each user.
    pub const RATE_PER_USER: Dimension = Dimension::of(-1, 0, -1, 0);
    /// Data in a time.
    pub const BANDWIDTH: Dimension = Dimension::of(-1, 1, 0, 0);
    /// Data for each user.
    pub const SIZE_PER_USER: Dimension = Dimension::of(0, 1, -1, 0);
    /// Money in whatever currency; what is stated has one.
    pub const MONEY: Dimension = Dimension::of(0, 0, 0, 1);
    /// Money in a time, in whatever currency; what is stated has one.
    pub const COST: Dimension = Dimension::of(-1, 0, 0, 1);

    const fn of(time: i8, data: i8, user: i8, money: i8) -> Dimension {
        Dimension {
            time,
            data,
            user,
            money,
            currency: None,
        }
    }

    /// Returns money in one currency.
    pub fn money(currency: Currency) -> Dimension {
        Dimension {
            currency: Some(currency),
            ..Dimension::MONEY
        }
    }

    /// Returns the exponent of time.
    pub fn time(self) -> i8 {
        self.time
    }

    /// Returns the exponent of data.
    pub fn data(self) -> i8 {
        self.data
    }

    /// Returns the exponent of users.
    pub fn user(self) -> i8 {
        self.user
    }

    /// Returns the currency, if it is about money.
    pub fn currency(self) -> Option<Currency> {
        self.currency
    }

    /// Returns whether it is what was expected; any currency is, where none was named.
    pub fn fits(self, expected: Dimension) -> bool {
        let currency = match expected.currency {
            Some(_) => self.currency,
            None => None,
        };
        Dimension { currency, ..self } == expected
    }

    /// Returns the dimension of a product; nothing if two currencies meet.
    pub fn times(self, other: Dimension) -> Option<Dimension> {
        self.joined(other, i8::checked_add)
    }

    /// Returns the dimension of a quotient; nothing if two currencies meet.
    pub fn over(self, other: Dimension) -> Option<Dimension> {
        self.joined(other, i8::checked_sub)
    }

    fn joined(self, other: Dimension, join: fn(i8, i8) -> Option<i8>) -> Option<Dimension> {
        let currency = match (self.currency, other.currency) {
            (Some(left), Some(right)) if left != right => return None,
            (left, right) => left.or(right),
        };
        let money = join(self.money, other.money)?;
        Some(Dimension {
            time: join(self.time, other.time)?,
            data: join(self.data, other.data)?,
            user: join(self.user, other.user)?,
            money,
            currency: currency.filter(|_| money != 0),
        })
    }

    /// Returns what it is, in words with an example: "a duration such as `200ms`".
    pub fn describe(self) -> String {
        let Some(known) = self.known() else {
            return self.noun();
        };
        let example = match self.currency {
            Some(Currency::USD) | None => known.example.to_owned(),
            Some(currency) => known.example.replace("$200", &format!("200 {currency}")),
        };
        format!("{} such as `{example}`", self.noun())
    }

    /// Returns what it is, in words: "a duration".
    pub fn noun(self) -> String {
        match (self.known(), self.currency) {
            (Some(known), Some(currency)) => format!("{} in {currency}", known.noun),
            (Some(known), None) => known.noun.to_owned(),
            (None, _) => format!("a quantity in `{}`", self.formula()),
        }
    }

    /// Returns a few units with which it is written; none for a plain number.
    pub fn units_that_fit(self) -> &'static [&'static str] {
        self.known().map_or(&[], |known| known.units)
    }

    /// Returns what to say where a bare number stands instead:
    /// "a unit is missing: `ms`, `s`, `min` fit".
    pub fn missing_unit(self) -> Option<String> {
        let units = self.units_that_fit();
        let quoted: Vec<String> = units.iter().map(|unit| format!("`{unit}`")).collect();
        (!units.is_empty()).then(|| format!("a unit is missing: {} fit", quoted.join(", ")))
    }

    /// Returns base units with exponents: `byte·s`, `1/user/s`.
    pub(super) fn formula(self) -> String {
        let currency = self.currency.map_or("money", |currency| currency.0);
        let parts = [
            (self.money, currency),
            (self.data, "byte"),
            (self.user, "user"),
            (self.time, "s"),
        ];
        let above: Vec<String> = parts.iter().filter_map(|part| power(part, 1)).collect();
        let below: Vec<String> = parts.iter().filter_map(|part| power(part, -1)).collect();
        let mut formula = match above.is_empty() {
            true => "1".to_owned(),
            false => above.join("·"),
        };
        for part in below {
            formula.push('/');
            formula.push_str(&part);
        }
        formula
    }

    fn known(self) -> Option<&'static Known> {
        KNOWN.iter().find(|known| self.fits(known.dimension))
    }
}

/// A dimension that has a name.
struct Known {
    dimension: Dimension,
    noun: &'static str,
    example: &'static str,
    units: &'static [&'static str],
}

const fn known(
    dimension: Dimension,
    noun: &'static str,
    example: &'static str,
    units: &'static [&'static str],
) -> Known {
    Known {
        dimension,
        noun,
        example,
        units,
    }
}

static KNOWN: &[Known] = &[
    known(Dimension::NUMBER, "a count", "100M", &[]),
    known(
        Dimension::DURATION,
        "a duration",
        "200ms",
        &["ms", "s", "min"],
    ),
    known(
        Dimension::SIZE,
        "a size",
        "320 bytes",
        &["bytes", "KB", "GB"],
    ),
    known(Dimension::RATE, "a rate", "300/s", &["/s", "/min", "/day"]),
    known(
        Dimension::USERS,
        "a number of users",
        "100M/day",
        &["/day", "/month"],
    ),
    known(
        Dimension::RATE_PER_USER,
        "a rate per user",
        "10/user/day",
        &["/user/hour", "/user/day"],
    ),
    known(
        Dimension::BANDWIDTH,
        "a bandwidth",
        "6.4 GB/day",
        &["MB/s", "GB/day", "Mbps"],
    ),
    known(
        Dimension::SIZE_PER_USER,
        "a size per user",
        "5 GB/user",
        &["KB/user", "MB/user"],
    ),
    known(
        Dimension::MONEY,
        "an amount of money",
        "$200",
        &["USD", "EUR"],
    ),
    known(
        Dimension::COST,
        "a cost",
        "$200/month",
        &["USD/month", "EUR/month"],
    ),
];

/// Returns a base unit with its exponent, if that has the given sign.
fn power((exponent, name): &(i8, &str), sign: i8) -> Option<String> {
    match exponent.unsigned_abs() {
        _ if exponent.signum() != sign => None,
        1 => Some((*name).to_owned()),
        size => Some(format!("{name}^{size}")),
    }
}

impl Currency {
    /// The US dollar, which is what `$` means.
    pub const USD: Currency = Currency("USD");

    /// Returns the currency with an ISO 4217 code, in capitals.
    pub fn new(code: &str) -> Option<Currency> {
        let found = CODES.iter().find(|known| **known == code);
        found.map(|code| Currency(code))
    }

    /// Returns the code.
    pub fn code(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

/// The national currencies of ISO 4217.
static CODES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BHD",
    "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF",
    "CLP", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN",
    "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD",
    "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES",
    "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL",
    "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN",
    "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP",
    "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK",
    "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT",
    "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VED", "VES",
    "VND", "VUV", "WST", "XAF", "XCD", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
];
