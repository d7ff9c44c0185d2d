//! Bad bodies of a sync: CBOR, compressed or not, and the places in the feed that they name.

use crate::bad_inputs::{PLAIN, Refusal, ZSTD, assert_refused, compressed, encoded, frames, send};
use crate::device::Device;
use crate::watched::Watched;
use sqlx::PgPool;
use std::collections::BTreeMap;
use sync_core::ids::{ChangeHash, CommandId, DocId, PersonId, RandomKey, ReplicaId, TenureId};
use sync_core::key::{NaturalKey, Part, Subject};
use sync_core::wire::frame::HistoryState;
use sync_core::wire::{
    Command, Create, ErrorCode, Frame, MAX_REQUEST_BYTES, PushDocument, Receipt, Repair, Retry, SyncRequest,
};

const MALFORMED: Refusal = (400, ErrorCode::Malformed);
const TOO_LARGE: Refusal = (413, ErrorCode::TooLarge);
const UNSUPPORTED: Refusal = (415, ErrorCode::UnsupportedMedia);
/// A key that no version has given a meaning.
const UNKNOWN: u8 = 20;

pub fn request() -> SyncRequest {
    SyncRequest {
        protocol: 1,
        replica: ReplicaId::from_bytes([1; 16]),
        cursor: None,
        app_schema: 1,
        max_response_bytes: 1 << 20,
        push: vec![],
        commands: vec![],
        want: vec![],
        repair: None,
        verify: false,
    }
}

/// A good request but for these values, each as it is written.
fn with(values: &[(u8, &[u8])]) -> Vec<u8> {
    let id = [&[0x50][..], &[1; 16]].concat();
    let mut fields = BTreeMap::from([(0, vec![1]), (1, id), (3, vec![1]), (4, vec![0x19, 0x80, 0])]);
    fields.extend(values.iter().map(|(key, value)| (*key, value.to_vec())));
    let head = vec![0xa0 + u8::try_from(fields.len()).unwrap()];
    fields.into_iter().fold(head, |body, (key, value)| [body, vec![key], value].concat())
}

/// A good request in which this key comes once more.
fn with_twice(key: u8, value: &[u8]) -> Vec<u8> {
    let mut body = with(&[(5, &[0x80])]);
    body[0] += 1;
    [body, vec![key], value.to_vec()].concat()
}

/// A command whose kind is these bytes, which say that they are text.
fn command_of_kind(kind: &[u8]) -> Vec<u8> {
    let length = 0x60 + u8::try_from(kind.len()).unwrap();
    [&[0x81, 0xa3, 0, 0x50][..], &[7; 16], &[1, length], kind, &[2, 0x40]].concat()
}

/// A push that creates the meeting of a tenure on this day.
fn meeting_on(day: &str) -> Vec<u8> {
    let length = 0x60 + u8::try_from(day.len()).unwrap();
    let key = [&[0x82, 0x82, 1, 0x81, 0x50][..], &[9; 16], &[0x82, 0, 0x81, length], day.as_bytes()].concat();
    [&[0x81, 0xa3, 0, 0x50][..], &[8; 16], b"\x01\xa2\x00\x67meeting\x01", &key, &[2, 0x80]].concat()
}

#[sqlx::test(migrations = false)]
async fn a_request_of_another_form_is_refused(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let good = encoded(&request());
    let lie = |kind: u8| [&[kind | 0x1b][..], &[0x40, 0, 0, 0, 0, 0, 0, 0]].concat();
    let meeting = |day| with(&[(5, &meeting_on(day))]);
    for (number, what, body) in [
        (1, "nothing", vec![]),
        (2, "null", vec![0xf6]),
        (2, "null in JSON", b"null".to_vec()),
        (3, "an array", vec![0x80]),
        (3, "an array of the fields", vec![0x85, 1, 0x50, 1, 1, 1]),
        (3, "a map for an array", with(&[(5, &[0xa0])])),
        (5, "a key twice", with_twice(5, &[0x80])),
        (5, "a key twice, once in more bytes than it needs", with_twice(0x18, &[0x05, 0x80])),
        (
            5,
            "a key twice in what is pushed",
            with(&[(5, &[&[0x81, 0xa3, 2, 0x80, 0, 0x50][..], &[8; 16], &[2, 0x80]].concat())]),
        ),
        (6, "ten thousand deep", with(&[(UNKNOWN, &[vec![0x81; 10_000], vec![0]].concat())])),
        (6, "ten thousand maps deep", with(&[(UNKNOWN, &[[0xa1, 0].repeat(10_000), vec![0]].concat())])),
        (
            6,
            "ten thousand deep without a length",
            with(&[(UNKNOWN, &[vec![0x9f; 10_000], vec![0xff; 10_000]].concat())]),
        ),
        (7, "infinity for a number", with(&[(3, &[0xf9, 0x7c, 0])])),
        (7, "not a number", with(&[(4, &[0xf9, 0x7e, 0])])),
        (8, "minus nothing", with(&[(3, &[0xf9, 0x80, 0])])),
        (8, "minus one", with(&[(3, &[0x20])])),
        (8, "two to the 53rd and one for an id", with(&[(1, &[0x1b, 0, 0x20, 0, 0, 0, 0, 0, 1])])),
        (9, "half of a surrogate pair", with(&[(6, &command_of_kind(b"\xed\xa0\x80"))])),
        (10, "no UTF-8", with(&[(6, &command_of_kind(b"\xff"))])),
        (12, "a byte order mark", [b"\xef\xbb\xbf", &good[..]].concat()),
        (17, "an array longer than all memory", with(&[(5, &lie(0x80))])),
        (17, "a map longer than all memory", with(&[(UNKNOWN, &lie(0xa0))])),
        (17, "bytes longer than all memory", with(&[(2, &lie(0x40))])),
        (17, "text longer than all memory", with(&[(UNKNOWN, &lie(0x60))])),
        (17, "cut off", good[..good.len() - 1].to_vec()),
        (17, "something behind it", [&good[..], &[0]].concat()),
        (28, "an id of 15 bytes", with(&[(1, &[&[0x4f][..], &[1; 15]].concat())])),
        (28, "an id of 17 bytes", with(&[(1, &[&[0x51][..], &[1; 17]].concat())])),
        (28, "an id in text", with(&[(1, &[&[0x78, 32][..], &[b'0'; 32]].concat())])),
        (40, "an answer of two to the 32nd", with(&[(4, &[0x1b, 0, 0, 0, 1, 0, 0, 0, 0])])),
        (40, "an answer of less than nothing", with(&[(4, &[0x20])])),
        (43, "a day in no month", meeting("0000-00-00")),
        (43, "a leap day of no leap year", meeting("2027-02-29")),
        (43, "a day with an offset", meeting("2026-03-18+25:00")),
        (43, "a day beyond the calendar", meeting("10000-01-01")),
    ] {
        let what = format!("{number}: {what}");
        let answer = watched.endures(&what, send(&watched.server, &watched.ana, &[PLAIN], body)).await;
        assert_refused(&answer, MALFORMED, &what);
    }
    watched.finish();
}

#[sqlx::test(migrations = false)]
async fn a_request_that_says_it_is_something_else_is_refused(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let good = encoded(&request());
    let zstd = || compressed(&encoded(&request()));
    let plain_and = |name| vec![PLAIN, ("content-encoding", name)];
    let upgrade = (426, ErrorCode::UpgradeRequired);
    let newer = encoded(&SyncRequest { protocol: 2, ..request() });
    for (number, what, headers, body, refusal) in [
        (13, "no type", vec![], good.clone(), UNSUPPORTED),
        (13, "JSON", vec![("content-type", "application/json")], good.clone(), UNSUPPORTED),
        (13, "two types", vec![PLAIN, ("content-type", "application/json")], good.clone(), UNSUPPORTED),
        (
            14,
            "another alphabet",
            vec![("content-type", "application/vnd.floorwalk+cbor-seq; charset=utf-16")],
            good.clone(),
            UNSUPPORTED,
        ),
        (20, "zstd of zstd that says so", plain_and("zstd, zstd"), compressed(&zstd()), UNSUPPORTED),
        (20, "zstd twice, in two headers", vec![PLAIN, ZSTD, ZSTD], zstd(), UNSUPPORTED),
        (20, "zstd of zstd that does not", vec![PLAIN, ZSTD], compressed(&zstd()), MALFORMED),
        (21, "half of a zstd", vec![PLAIN, ZSTD], zstd()[..10].to_vec(), MALFORMED),
        (21, "what is no zstd", vec![PLAIN, ZSTD], good.clone(), MALFORMED),
        (22, "gzip", plain_and("gzip"), good.clone(), UNSUPPORTED),
        (22, "an encoding that nobody knows", plain_and("x"), good.clone(), UNSUPPORTED),
        (4, "a protocol that is not this one", vec![PLAIN], newer, upgrade),
    ] {
        let what = format!("{number}: {what}");
        let answer = watched.endures(&what, send(&watched.server, &watched.ana, &headers, body)).await;
        assert_refused(&answer, refusal, &what);
    }
    watched.finish();
}

/// What is sent is short; what it stands for is not.
#[sqlx::test(migrations = false)]
async fn a_few_bytes_that_stand_for_many_cost_little(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let doc = DocId::from_bytes([1; 16]);
    let pushed = |changes: usize| PushDocument { doc, create: None, changes: vec![vec![].into(); changes] };
    let pushing = |push| encoded(&SyncRequest { push, ..request() });
    let command = Command { id: CommandId::from_bytes([1; 16]), kind: "k".into(), args: vec![].into() };
    let receipt = Receipt { doc, heads: vec![], authors: vec![], mac: vec![].into() };
    let repair = Repair { forked_cursor: vec![].into(), docs: vec![receipt; 30_000] };
    let nearly = MAX_REQUEST_BYTES - 1000;
    // A frame's head that asks for a window of 128 MiB, and an empty block.
    let window = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 17 << 3, 1, 0, 0];
    for (number, what, body, refusal) in [
        (15, "a byte over the limit, decoded", compressed(&vec![0; MAX_REQUEST_BYTES + 1]), TOO_LARGE),
        (19, "64 MiB of nothing", compressed(&vec![0; 64 << 20]), TOO_LARGE),
        (19, "a window of 128 MiB", window, MALFORMED),
        (
            23,
            "frames to be skipped",
            [0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0].repeat(MAX_REQUEST_BYTES / 8),
            MALFORMED,
        ),
        (72, "a hundred thousand changes", compressed(&pushing(vec![pushed(100_000)])), TOO_LARGE),
        (72, "four million changes of nothing", compressed(&pushing(vec![pushed(nearly)])), TOO_LARGE),
        (72, "thirty thousand documents", compressed(&pushing(vec![pushed(0); 30_000])), TOO_LARGE),
        (
            72,
            "a thousand commands",
            compressed(&encoded(&SyncRequest { commands: vec![command; 1000], ..request() })),
            TOO_LARGE,
        ),
        (
            98,
            "thirty thousand receipts",
            compressed(&encoded(&SyncRequest { repair: Some(repair), ..request() })),
            TOO_LARGE,
        ),
        (
            6,
            "four million deep",
            compressed(&with(&[(UNKNOWN, &[&[0x82][..], &vec![0x9f; nearly]].concat())])),
            MALFORMED,
        ),
        (
            6,
            "four million tags",
            compressed(&with(&[(UNKNOWN, &[&vec![0xc1; nearly][..], &[0]].concat())])),
            TOO_LARGE,
        ),
        (
            4,
            "four million values that nobody knows",
            compressed(&with(&[(UNKNOWN, &[&[0x9f][..], &vec![0; nearly], &[0xff]].concat())])),
            TOO_LARGE,
        ),
    ] {
        let what = format!("{number}: {what}");
        let answer = watched.endures(&what, send(&watched.server, &watched.ana, &[PLAIN, ZSTD], body)).await;
        assert_refused(&answer, refusal, &what);
    }
    let long = send(&watched.server, &watched.ana, &[PLAIN], vec![0; MAX_REQUEST_BYTES + 1]);
    assert_refused(&watched.endures("15: a byte over the limit", long).await, TOO_LARGE, "15");
    watched.finish();
}

/// Strange, and yet of the documented form: answered as if it were not there.
#[sqlx::test(migrations = false)]
async fn what_a_newer_or_a_sloppy_phone_may_say_harms_nothing(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let heads = vec![ChangeHash::from_bytes([3; 32]); 100_000];
    let receipt =
        Receipt { doc: DocId::from_bytes([1; 16]), heads, authors: vec![], mac: vec![0; 32].into() };
    let repair = Repair { forked_cursor: vec![7; 60].into(), docs: vec![receipt] };
    for (number, what, body) in [
        (4, "a key of a newer version", with(&[(UNKNOWN, b"\xa1\x01\x82\x01\x9f\x02\xff")])),
        (40, "an answer of no bytes", with(&[(4, &[0])])),
        (40, "an answer of all bytes", with(&[(4, &[0x1a, 0xff, 0xff, 0xff, 0xff])])),
        (40, "a schema of the end of time", with(&[(3, &[0x1a, 0xff, 0xff, 0xff, 0xff])])),
        (43, "the last day of all, in a tenure of nobody", with(&[(5, &meeting_on("9999-12-31"))])),
        (
            98,
            "a receipt with a hundred thousand heads",
            encoded(&SyncRequest { repair: Some(repair), ..request() }),
        ),
    ] {
        let what = format!("{number}: {what}");
        let answer = watched.endures(&what, send(&watched.server, &watched.ana, &[PLAIN], body)).await;
        assert!(matches!(frames(&answer).last(), Some(Frame::End(_))), "{what}");
    }
    watched.finish();
}

#[sqlx::test(migrations = false)]
async fn a_nul_in_a_text_is_refused_like_any_other_word_that_means_nothing(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let key = NaturalKey {
        subject: Subject::Person(PersonId::from_bytes([1; 16])),
        part: Part::Random(RandomKey::from_bytes([1; 16])),
    };
    let create = Some(Create { kind: "floor_walk\0".into(), key });
    let push = vec![PushDocument { doc: DocId::from_bytes([1; 16]), create, changes: vec![] }];
    let creating = encoded(&SyncRequest { push, ..request() });
    let command =
        Command { id: CommandId::from_bytes([1; 16]), kind: "end\0tenure".into(), args: vec![0].into() };
    let deciding = encoded(&SyncRequest { commands: vec![command], ..request() });

    let created =
        watched.endures("11: a NUL in a kind", send(&watched.server, &watched.ana, &[PLAIN], creating));
    let created = frames(&created.await);
    let decided = send(&watched.server, &watched.ana, &[PLAIN], deciding);
    let decided = watched.endures_but_for(&["command"], "11: a NUL in a command", decided);
    let decided = frames(&decided.await);

    let verdict = created.iter().find_map(|frame| match frame {
        Frame::PushResult(result) => result.rejected.first().map(|rejected| (rejected.code, rejected.retry)),
        _ => None,
    });
    assert_eq!(verdict, Some((ErrorCode::CreateInvalid, Retry::Later)));
    let refused = decided.iter().find_map(|frame| match frame {
        Frame::CommandResult(result) => result.refused,
        _ => None,
    });
    assert_eq!(refused, Some(ErrorCode::Malformed));
    watched.finish();
}

/// The cursor that a phone with nothing is given.
async fn cursor_of(watched: &Watched, device: &Device) -> Vec<u8> {
    let answer = send(&watched.server, device, &[PLAIN], encoded(&request())).await;
    let mut cursors = frames(&answer).into_iter().filter_map(|frame| match frame {
        Frame::Cursor(cursor) => Some(cursor.to_vec()),
        _ => None,
    });
    cursors.next_back().unwrap()
}

/// Nothing of a request is applied whose place in the feed the server does not know.
#[sqlx::test(migrations = false)]
async fn a_place_in_the_feed_that_is_not_ones_own_is_no_place_and_nothing_is_applied(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let own = cursor_of(&watched, &watched.ana).await;
    let flipped = |bit: usize| {
        let mut cursor = own.clone();
        cursor[bit / 8] ^= 1 << (bit % 8);
        cursor
    };
    let mut cursors = vec![
        (41, "a colleague's", cursor_of(&watched, &watched.bob).await),
        (41, "another tenant's", cursor_of(&watched, &watched.eve).await),
        (100, "nothing", vec![]),
        (100, "what is no cursor", vec![7; 60]),
        (42, "cut off", own[..own.len() - 1].to_vec()),
        (42, "with something behind it", [&own[..], &[0]].concat()),
        (42, "of megabytes", vec![7; 3 << 20]),
    ];
    cursors.extend((0..own.len() * 8).step_by(37).map(|bit| (42, "with a bit flipped", flipped(bit))));
    let enrolled = watched.ana.enrolled.as_ref().unwrap();
    let key = NaturalKey {
        subject: Subject::Person(enrolled.person),
        part: Part::Random(RandomKey::from_bytes([1; 16])),
    };
    let create = Some(Create { kind: "floor_walk".into(), key });
    let push =
        vec![PushDocument { doc: DocId::of(enrolled.org, "floor_walk", &key), create, changes: vec![] }];
    for (number, what, cursor) in cursors {
        let what = format!("{number}: {what}");
        let body = encoded(&SyncRequest { cursor: Some(cursor.into()), push: push.clone(), ..request() });
        let answer = watched.endures(&what, send(&watched.server, &watched.ana, &[PLAIN], body)).await;
        let said = frames(&answer);
        assert!(matches!(&said[0], Frame::Hello(hello) if hello.history == HistoryState::Forked), "{what}");
        assert_eq!(said.len(), 2, "{what}: {said:?}");
    }
    watched.finish();
}

/// A document of others is answered like one that nobody has, whether it is asked for or written.
#[sqlx::test(migrations = false)]
async fn a_document_of_others_is_none(pool: PgPool) {
    let watched = Watched::start(&pool).await;
    let subjects = [
        (29, "another tenant's", Subject::Person(watched.eve.enrolled.as_ref().unwrap().person)),
        (29, "a colleague's", Subject::Person(watched.bob.enrolled.as_ref().unwrap().person)),
        (30, "of a tenure that is gone, or never was", Subject::Tenure(TenureId::from_bytes([9; 16]))),
    ];
    let org = watched.ana.enrolled.as_ref().unwrap().org;
    for (number, what, subject) in subjects {
        let what = format!("{number}: {what}");
        let kind = if matches!(subject, Subject::Person(_)) { "floor_walk" } else { "meeting" };
        let key = NaturalKey { subject, part: Part::Random(RandomKey::from_bytes([1; 16])) };
        let doc = DocId::of(org, kind, &key);
        let push =
            vec![PushDocument { doc, create: Some(Create { kind: kind.into(), key }), changes: vec![] }];
        let body = encoded(&SyncRequest { push, want: vec![doc], ..request() });
        let answer = watched.endures(&what, send(&watched.server, &watched.ana, &[PLAIN], body)).await;
        let verdicts: Vec<_> = frames(&answer)
            .into_iter()
            .filter_map(|frame| match frame {
                Frame::PushResult(result) => Some((result.rejected[0].code, result.rejected[0].retry)),
                _ => None,
            })
            .collect();
        assert_eq!(verdicts, [(ErrorCode::NotFound, Retry::Never)], "{what}");
    }
    watched.finish();
}
