//! How far apart the lifelines stand.

/// Two columns that must stand so far apart: their indexes, and px.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Apart {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) least: f64,
}

/// Widens the gaps between neighbours until every pair stands far enough apart;
/// what spans few columns goes first, and of several gaps the narrowest grow.
pub(super) fn widen(gaps: &mut [f64], mut apart: Vec<Apart>) {
    apart.sort_by(|one, two| {
        let span = |it: &Apart| (it.last - it.first, it.first);
        span(one)
            .cmp(&span(two))
            .then(one.least.total_cmp(&two.least))
    });
    for pair in apart {
        if let Some(gaps) = gaps.get_mut(pair.first..pair.last) {
            raise(gaps, pair.least);
        }
    }
}

/// Raises the narrowest gaps to one level, so that together they reach `least`.
fn raise(gaps: &mut [f64], least: f64) {
    let sum: f64 = gaps.iter().sum();
    if gaps.is_empty() || sum >= least {
        return;
    }
    let mut sorted = gaps.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut level = 0.0;
    for raised in 1..=sorted.len() {
        let (low, high) = sorted.split_at(raised);
        let rest: f64 = high.iter().sum();
        level = (least - rest) / low.len() as f64;
        if high.first().is_none_or(|next| level <= *next) {
            break;
        }
    }
    for gap in gaps {
        *gap = gap.max(level);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_gaps_grow_first() {
        let mut gaps = [10.0, 50.0, 20.0];
        raise(&mut gaps, 100.0);
        assert_eq!(gaps, [25.0, 50.0, 25.0]);
        raise(&mut gaps, 30.0);
        assert_eq!(gaps, [25.0, 50.0, 25.0]);
        raise(&mut gaps, 300.0);
        assert_eq!(gaps, [100.0, 100.0, 100.0]);
    }

    #[test]
    fn every_pair_stands_far_enough_apart() {
        let mut gaps = [10.0; 4];
        let apart = |first, last, least| Apart { first, last, least };
        widen(
            &mut gaps,
            vec![apart(0, 4, 90.0), apart(1, 2, 60.0), apart(0, 9, 5.0)],
        );
        assert_eq!(gaps, [10.0, 60.0, 10.0, 10.0]);
    }
}
