use super::*;
use crate::analysis::figures::{DAY, YEAR};
use crate::analysis::samples::{EXAMPLE, assert_near, component, entity, model};
use proptest::prelude::*;

fn of<'a>(storage: &'a Storage, model: &Model, name: &str) -> &'a Store {
    storage.of(component(model, name)).expect("a store")
}

const USERS: Volume = Volume {
    added_per_second: 200e6 / DAY,
    row: 300.0,
    retention: f64::INFINITY,
    copies: 1.0,
    index: 0.0,
    compression: 1.0,
    before: 0.0,
};

#[test]
fn two_rows_a_day_of_a_hundred_million_users_are_sixty_gigabytes() {
    assert_near(USERS.after(DAY), 60e9, 1e-12);
}

#[test]
fn five_years_of_that_three_times_are_a_third_of_a_petabyte() {
    let kept = Volume {
        copies: 3.0,
        ..USERS
    };
    assert_near(kept.after(5.0 * YEAR), 328.5e12, 1e-12);
    let year = Volume {
        retention: YEAR,
        ..kept
    };
    assert_near(year.after(5.0 * YEAR), 65.7e12, 1e-12);
}

#[test]
fn indexes_compression_and_what_is_there_count() {
    let kept = Volume {
        index: 0.5,
        compression: 3.0,
        before: 100.0,
        ..USERS
    };
    assert_near(kept.after(DAY), (20e9 + 100.0) * 1.5, 1e-12);
}

#[test]
fn a_billion_writes_a_month_are_386_a_second() {
    let text = "system S
        entity E { id: uuid key; about { size: 1 KB; retention: 1 year } }
        api A: rest { put: POST /es -> E }
        load L { put: 1bn/month }
        database d { stores: E }";
    let (model, storage) = of_text(text);
    let kept = &of(&storage, &model, "d").kept[0];
    assert_near(kept.added_per_second(), 385.8, 1e-4);
}

fn of_text(text: &str) -> (Model, Storage) {
    let model = model(text);
    let storage = storage(&model);
    (model, storage)
}

#[test]
fn a_row_is_what_is_stated_or_what_its_fields_take() {
    let text = "system S
        enum Kind { a; b }
        entity User { id: uuid key; name: text(60) }
        entity Stated { id: int key; about { size: 320 bytes } }
        entity Post {
            id: int32 key; author: User; kind: Kind; seen: bool; at: timestamp
            text: text(280); picture: blob(1000); later; tags: email[]
        }";
    let model = model(text);
    let rows = Rows::new(&model);
    let stated = rows.row(entity(&model, "Stated"));
    assert!(stated.is_stated());
    assert_eq!(stated.bytes, 320.0);
    let post = rows.row(entity(&model, "Post"));
    assert!(!post.is_stated());
    assert_eq!(
        post.bytes,
        4.0 + 16.0 + 4.0 + 1.0 + 8.0 + 280.0 + 1000.0 + 30.0 + 28.0
    );
    let missing: Vec<&str> = post.missing.iter().map(|it| it.what.as_str()).collect();
    let expected = [
        "`Post.later` states no type",
        "nothing says how many `Post.tags` holds; it counts as one",
    ];
    assert_eq!(missing, expected);
}

#[test]
fn keys_that_refer_to_each_other_in_a_ring_have_a_size() {
    let model = model(
        "system S\nentity A { b: B key }\nentity B { a: A key }\nentity C { c: C key; d: A key }",
    );
    let rows = Rows::new(&model);
    assert_eq!(rows.key(entity(&model, "A")), 16.0);
    assert!(rows.key(entity(&model, "C")).is_finite());
}

#[test]
fn the_example_keeps_what_its_estimates_say() {
    let (model, storage) = of_text(EXAMPLE);
    let posts = of(&storage, &model, "postStore");
    assert_near(posts.kept[0].added_per_second(), 20e6 / DAY, 1e-9);
    assert_near(
        posts.kept[0].volume().after(5.0 * YEAR) / 1.125,
        11.68e12,
        1e-9,
    );
    assert_eq!(posts.copies.value, 3.0);
    let feeds = of(&storage, &model, "feedStore");
    let raw = Volume {
        index: 0.0,
        ..feeds.kept[0].volume()
    };
    assert_near(raw.after(YEAR), 1.344e12, 1e-9);
    // Changing one's name adds nobody; following does add.
    let people = of(&storage, &model, "peopleStore");
    let added: Vec<f64> = people
        .kept
        .iter()
        .map(|it| it.added_per_second() * DAY)
        .collect();
    let names = people
        .kept
        .iter()
        .map(|it| model.entities[it.entity].head.name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["Follow", "User"]);
    assert_near(added[0], 10e6, 1e-9);
    assert_eq!(added[1], 0.0);
    assert!(posts.full_after().is_none());
}

#[test]
fn a_write_to_what_is_there_adds_nothing() {
    let text = "system S
        entity Order { id: uuid key; about { size: 400 bytes } }
        entity Seat { id: uuid key; about { size: 100 bytes } }
        api A: rest {
            hold: POST /orders (seats: Seat[]) -> Order { writes: Seat, Order }
            pay: POST /orders/{orderId}/payments -> Order { writes: Order }
            drop: DELETE /orders/{id} { writes: Order }
        }
        load L { hold: 10/s; pay: 5/s; drop: 1/s }
        database d { stores: Order, Seat }
        worker w { runs: every 10s }
        flow Sweep { w -> d { reads: Seat }; w -> d { writes: Seat } }";
    let (model, storage) = of_text(text);
    let store = of(&storage, &model, "d");
    let added: Vec<f64> = store.kept.iter().map(Kept::added_per_second).collect();
    assert_eq!(added, [10.0, 0.0]);
    assert_eq!(store.kept[1].additions.len(), 2);
    assert_eq!(store.kept[1].additions[0].per_second, 0.1);
}

#[test]
fn a_store_fills_when_its_room_is_taken() {
    let text = |room: &str| {
        format!(
            "system S
        entity E {{ id: uuid key; about {{ size: 1 KB; retention: 10 d }} }}
        entity F {{ id: uuid key; about {{ size: 1 KB; count: 1k; retention: 100 d }} }}
        api A: rest {{ e: POST /es -> E; f: POST /fs -> F }}
        load L {{ e: 1/s; f: 1/s }}
        database d {{ stores: E, F; {room} }}"
        )
    };
    let full = |room: &str| {
        let (model, storage) = of_text(&text(room));
        of(&storage, &model, "d").full_after().unwrap()
    };
    assert_near(full("storage: 5 MB"), 2000.0, 1e-9);
    // Ten days of both, and then of F alone.
    assert_near(full("storage: 2.593 GB"), 20.0 * DAY, 1e-9);
    assert_eq!(full("storage: 20 GB"), f64::INFINITY);
    assert_eq!(full("storage: 1 KB"), 0.0);
    assert_near(full("capacity: 5 MB; shards: 2; replicas: 4"), 4500.0, 1e-9);
}

#[test]
fn shards_are_as_many_as_the_data_fills() {
    let text = "system S
        entity E { id: uuid key; about { size: 1 KB; retention: forever } }
        api A: rest { e: POST /es -> E }
        load L { e: 1k/s }
        database d { stores: E; capacity: 1 TB }";
    let (model, storage) = of_text(text);
    let store = of(&storage, &model, "d");
    assert_eq!(store.shards_after(YEAR), Some(32.0));
    assert_eq!(
        store.largest_after(YEAR).unwrap().entity,
        entity(&model, "E")
    );
    assert_eq!(
        store.kept[0].retention.as_ref().unwrap().value,
        f64::INFINITY
    );
}

#[test]
fn keys_of_32_bits_run_out() {
    let text = "system S
        entity E { id: int32 key; about { size: 1 KB; count: 147483647 } }
        entity F { id: int key }
        api A: rest { e: POST /es -> E }
        load L { e: 1k/s }
        database d { stores: E }";
    let (_, storage) = of_text(text);
    let [space] = storage.keys.as_slice() else {
        panic!("one key space")
    };
    assert_eq!(space.left, 2e9);
    assert_eq!(space.lasts, 2e6);
}

#[test]
fn what_is_not_stated_is_listed() {
    let text = "system S
        entity E { name; about { count: 5 } }
        entity F { id: uuid key }
        api A: rest { f: POST /fs -> F; g: POST /gs -> F }
        load L { f: 1/s }
        database d { stores: E, F }
        database empty";
    let (model, storage) = of_text(text);
    let words = |missing: &[Missing]| missing.iter().map(|it| it.what.clone()).collect::<Vec<_>>();
    assert_eq!(
        words(&storage.missing),
        [
            "nothing says how often `g` happens",
            "nothing says what `empty` keeps"
        ]
    );
    let store = of(&storage, &model, "d");
    assert_eq!(
        words(&store.missing),
        [
            "`E.name` states no type",
            "nothing says how long a `F` is kept; it is taken to stay",
        ]
    );
}

#[test]
fn what_follows_a_store_grows_with_it() {
    let text = "system S
        entity E { id: uuid key; about { size: 1 KB; retention: 1 year } }
        api A: rest { e: POST /es -> E }
        load L { e: 10/s }
        database d { stores: E }
        search s { stores: E }
        topic t { retention: 1 d }
        d ~> t { mode: cdc; writes: E }
        t ~> s { mode: cdc; writes: E }";
    let (model, storage) = of_text(text);
    assert_eq!(of(&storage, &model, "s").kept[0].added_per_second(), 10.0);
    assert_eq!(of(&storage, &model, "t").bytes_after(YEAR), 864e6);
}

#[test]
fn certain_is_only_what_is_stated() {
    let text = "system S
        entity E { id: uuid key; name: text; about { retention: 1 year } }
        entity F { id: uuid key; about { size: 1 KB; count: 10; retention: 1 year } }
        entity G { id: uuid key; about { size: 1 KB } }
        api A: rest { e: POST /es -> E; f: POST /fs -> F; g: POST /gs -> G }
        load L { e: 1/s; f: 1/s; g: 1/s }
        database d { stores: E, F, G }";
    let (model, storage) = of_text(text);
    let store = of(&storage, &model, "d");
    assert_eq!(store.at_least_after(100.0), 110e3);
    assert!(store.bytes_after(100.0) > 210e3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn longer_retention_never_keeps_less(
        rate in 0.0..1e6f64, row in 0.0..1e6f64, short in 0.0..1e9f64, more in 0.0..1e9f64,
        at in 0.0..1e9f64, before in 0.0..1e9f64, index in 0.0..2.0f64,
    ) {
        let volume = |retention| Volume {
            added_per_second: rate, row, retention, copies: 3.0, index, compression: 2.0, before,
        };
        prop_assert!(volume(short + more).after(at) >= volume(short).after(at));
    }

    #[test]
    fn a_store_is_full_just_when_it_is(
        list in prop::collection::vec((0.0..100.0f64, 1.0..100.0f64, 1.0..1e6f64, 0.0..1e3f64), 1..6),
        room in 1.0..1e9f64,
    ) {
        let volumes: Vec<Volume> = list.iter().map(|(rate, row, retention, before)| Volume {
            added_per_second: *rate, row: *row, retention: *retention, copies: 1.0, index: 0.0,
            compression: 1.0, before: *before,
        }).collect();
        let after = |at: f64| volumes.iter().map(|it| it.after(at)).sum::<f64>();
        let full = growth::reaches(volumes.iter().copied(), room);
        if full.is_infinite() {
            prop_assert!(after(1e12) <= room * (1.0 + 1e-9));
        } else if full > 0.0 {
            prop_assert!((after(full) - room).abs() <= room * 1e-9);
        } else {
            prop_assert!(after(0.0) >= room);
        }
    }
}

#[test]
fn writes_to_what_is_counted_may_change_it() {
    let text = "system S
        entity Driver { id: uuid key; about { count: 3M } }
        entity Ride { id: uuid key; about { count: 1M } }
        entity Pair { key: text(64) key; value: blob(100); about { count: 1M } }
        api A: rest { book: POST /rides -> Ride }
        api K: grpc { put: rpc (key, value) -> Pair { idempotent: yes }; add: rpc (value) -> Pair { idempotent: yes } }
        load L { book: 1/s; put: 1/s; add: 1/s; Match: 1/s; Hold: 1/s; Log: 1/s }
        service s { serves: A }
        service k { serves: K }
        worker w; worker v; worker u
        database d { stores: Driver, Ride, Pair }
        flow Book: book { s -> d { writes: Ride, Driver; locking: conditional } }
        flow Put: put { k -> d { writes: Pair } }
        flow Add: add { k -> d { writes: Pair } }
        flow Match { w -> d { writes: Driver; locking: optimistic } }
        flow Hold { v -> d { writes: Driver; idempotent: yes } }
        flow Log { u -> d { writes: Driver; idempotent: key } }";
    let (model, storage) = of_text(text);
    let adding = |name: &str| -> Vec<&str> {
        let entity = entity(&model, name);
        let kept = of(&storage, &model, "d").kept.iter();
        let mut kept = kept.filter(|it| it.entity == entity);
        let additions = kept.next().unwrap().additions.iter();
        let adding = additions.filter(|it| it.adds);
        adding
            .map(|it| model.head(it.of).unwrap().name.as_str())
            .collect()
    };
    assert_eq!(adding("Ride"), ["book"]);
    assert_eq!(adding("Pair"), ["add"]);
    assert_eq!(adding("Driver"), ["Log"]);
}
