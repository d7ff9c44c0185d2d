//! Owns the first changes of a document: the same bytes on every phone and in every version of the app, so
//! that two phones which create one document offline create the same containers. The bytes of each kind are
//! frozen by tests; what they hold is decided by the kind and its natural key alone.

use super::{Document, LoadError, Path, Reader, apply, blank};
use crate::coaching::ack::ACKS;
use crate::coaching::{Container, Kind, Shape};
use crate::ids::{ActorId, derive};
use crate::key::NaturalKey;
use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{Automerge, AutomergeError, Change, ObjType, ROOT, ReadDoc, ScalarValue};

/// Where a document says what it is.
pub(crate) const HEADER: &str = "header";
/// The key of the schema that the newest writer used; absent means the first.
pub(super) const VERSION: &str = "v";

/// The author of genesis and layers: nobody's, and another one for each document.
pub fn genesis_actor(kind: Kind, key: &NaturalKey) -> ActorId {
    ActorId::from_bytes(derive("floorwalk/genesis/1", &[kind.name().as_bytes(), &key.to_bytes()]))
}

/// The first change of the document of this kind with this key.
pub fn genesis(kind: Kind, key: &NaturalKey) -> Change {
    layers(kind, key).swap_remove(0)
}

/// The change that adds the containers of layer `n`; layer 0 is genesis, none if the kind has fewer.
pub fn layer(kind: Kind, key: &NaturalKey, n: usize) -> Option<Change> {
    layers(kind, key).into_iter().nth(n)
}

/// A new document of this kind with this key: genesis and every layer up to this schema.
pub fn create(kind: Kind, key: &NaturalKey, max_schema: u32, actor: ActorId) -> Result<Automerge, LoadError> {
    let layers = layers(kind, key).into_iter().zip(kind.spec().layers);
    let changes = layers.filter(|(_, layer)| layer.schema <= max_schema).map(|(change, _)| change).collect();
    apply(blank(actor), changes)
}

/// The layers up to this schema that a document written by an older version still lacks, oldest first.
///
/// They are added before the first edit of a version that knows them.
pub fn missing_layers(doc: &Automerge, kind: Kind, key: &NaturalKey, max_schema: u32) -> Vec<Change> {
    layers(kind, key)
        .into_iter()
        .zip(kind.spec().layers)
        .filter(|(change, layer)| {
            layer.schema <= max_schema && doc.get_change_by_hash(&change.hash()).is_none()
        })
        .map(|(change, _)| change)
        .collect()
}

/// What genesis says a document is: the name of its kind, and its natural key.
///
/// Good for showing and for checks; rights come from the server's tables alone.
pub fn header(doc: &Automerge) -> Option<(String, NaturalKey)> {
    let header = Path::of(HEADER);
    let reader = Document::of(doc);
    let key: Vec<u8> = reader.get(&header.key("key"))?;
    Some((reader.get(&header.key("kind"))?, minicbor::decode(&key).ok()?))
}

/// The schema that the newest writer of the document used.
pub fn schema(doc: &Automerge) -> u32 {
    written_schema(&Document::of(doc))
}

pub(super) fn written_schema<D: ReadDoc>(reader: &Reader<'_, D>) -> u32 {
    let written: i64 = reader.greatest(&Path::of(VERSION)).unwrap_or(1);
    u32::try_from(written.max(1)).unwrap_or(u32::MAX)
}

/// The schema of the newest layer that the document holds.
pub(super) fn held_schema<D: ReadDoc>(reader: &Reader<'_, D>, kind: Kind) -> u32 {
    let holds = |container: &Container| reader.object(&Path::of(container.0), container.1.object_type());
    let layers = kind.spec().layers.iter().rev();
    layers
        .filter(|layer| layer.containers.iter().all(|c| holds(c).is_some()))
        .map(|l| l.schema)
        .max()
        .unwrap_or(1)
}

fn layers(kind: Kind, key: &NaturalKey) -> Vec<Change> {
    let mut doc = blank(genesis_actor(kind, key));
    let mut changes = Vec::new();
    for (n, layer) in kind.spec().layers.iter().enumerate() {
        let mut tx = doc.transaction();
        let head = if n == 0 { put_header(&mut tx, kind, key) } else { Ok(()) };
        head.and_then(|()| {
            layer.containers.iter().try_for_each(|container| put_container(&mut tx, container))
        })
        .expect("containers fit into a document that holds nothing but earlier layers");
        tx.commit_with(CommitOptions::default().with_time(0));
        changes.push(doc.get_last_local_change().expect("a layer holds at least one container"));
    }
    changes
}

fn put_header(tx: &mut Transaction<'_>, kind: Kind, key: &NaturalKey) -> Result<(), AutomergeError> {
    let header = tx.put_object(ROOT, HEADER, ObjType::Map)?;
    tx.put(&header, "kind", kind.name())?;
    tx.put(&header, "key", ScalarValue::Bytes(key.to_bytes()))
}

fn put_container(tx: &mut Transaction<'_>, (name, shape): &Container) -> Result<(), AutomergeError> {
    let container = tx.put_object(ROOT, *name, shape.object_type())?;
    if let Shape::Texts(sections) | Shape::Agreed(sections) = shape {
        for section in *sections {
            tx.put_object(&container, *section, ObjType::Text)?;
        }
    }
    if let Shape::Agreed(_) = shape {
        tx.put_object(&container, ACKS, ObjType::Map)?;
    }
    Ok(())
}

impl Shape {
    fn object_type(&self) -> ObjType {
        match self {
            Self::Map | Self::Texts(_) | Self::Agreed(_) => ObjType::Map,
            Self::Text => ObjType::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::fixture::{
        Phone, a_group_day, a_plan, a_team, a_team_day, about_andrei, actor, my_own, my_year, the_pair,
        the_team, the_year, this_quarter, this_year, wednesday,
    };
    use crate::document::{edit, heads, parse_change};

    fn hex_of(kind: &str, key: &NaturalKey) -> String {
        hex::encode(genesis(Kind::parse(kind).unwrap(), key).raw_bytes())
    }

    fn sample() -> Kind {
        Kind::parse("sample").unwrap()
    }

    #[test]
    fn the_first_bytes_of_a_floor_walk_are_frozen() {
        assert_eq!(
            hex_of("floor_walk", &my_own()),
            "856f4a83d8e2fda9018e010010b918adf659a14276231b520dbc2fb0be010100000008010602061517340142065607573370020001020000010001020100017c06686561646572046b696e64036b65790573746f7073047f0002017f007c00a601970500666c6f6f725f77616c6b82820081500101010101010101010101010101010182018150090909090909090909090909090909090400"
        );
    }

    #[test]
    fn the_first_bytes_of_a_meeting_are_frozen() {
        assert_eq!(
            hex_of("meeting", &wednesday()),
            "856f4a83eb90aee701ed0100105747ad5efef6314c59225822b5872714010100000008010a020a15703401420d5607572a700200010200000704000001000102010007040a00017106686561646572046b696e64036b65790461636b73066167656e64610a666f6c6c6f775f7570730468656c64056d6f766573056e6f7465730d73656374696f6e5f6e6f7465730663617265657208666565646261636b07726170706f72740977656c6c6265696e6706746f706963730f7f00020105007e040004047f007d0076b7040c006d656574696e678282018150070707070707070707070707070707078200816a323032362d30332d31380f00"
        );
    }

    #[test]
    fn the_first_bytes_of_an_action_plan_are_frozen() {
        assert_eq!(
            hex_of("action_plan", &a_plan()),
            "856f4a83e8dc630501b10100106e7a4f6459cccde380356c0fbab3d701010100000008010602061536340142085608573470020001020000050001020100057806686561646572046b696e64036b65790361696d0b636865636b706f696e747306636c6f7365640772657669657773057374657073087f0002017f0404007d00b60197050500616374696f6e5f706c616e82820181500707070707070707070707070707070782018150090909090909090909090909090909090800"
        );
    }

    #[test]
    fn the_first_bytes_of_what_a_pair_has_one_of_for_each_year_or_quarter_are_frozen() {
        assert_eq!(
            hex_of("partnership", &this_year()),
            "856f4a836eabd643019002001012cdcf72ce56641ca29d8192b0a8ed11010100000008010802081598013401420c560857287002000102000005080000010201000508087006686561646572046b696e64036b65790861626f75745f6d65076261636b6c6f670a6272696e675f6c69737407636164656e636508636f6e74726163740b64656d6f746976617465730f6578706563745f6f665f6167656e74116578706563745f6f665f6d616e616765720e666565646261636b5f7374796c6505686f706573096d6f7469766174657307776f72726965730461636b73107f0002017f04040007047f007d00b601d7030d00706172746e65727368697082820181500707070707070707070707070707070782038164323032361000"
        );
        assert_eq!(
            hex_of("goal_set", &this_quarter()),
            "856f4a833b58c5af0194010010dc1b88734b67f29b1bb3a9e55e62bd54010100000008010602061527340142065608572870020001020000030001020100037a06686561646572046b696e64036b657905676f616c730870726f677265737306737461746573067f00020103007d00860187040300676f616c5f73657482820181500707070707070707070707070707070782028167323032362d51310600"
        );
        assert_eq!(
            hex_of("feedback_log", &this_quarter()),
            "856f4a83d861b97401870100102242c9d20d8ed4269d329a569cbc0e2f010100000008010602061517340142065607572c70020001020000010001020100017c06686561646572046b696e64036b6579056974656d73047f0002017f007c00c601870400666565646261636b5f6c6f6782820181500707070707070707070707070707070782028167323032362d51310400"
        );
    }

    #[test]
    fn the_first_bytes_of_what_somebody_has_for_themselves_or_shares_of_themselves_are_frozen() {
        let private = NaturalKey { subject: my_own().subject, ..this_quarter() };
        assert_eq!(
            hex_of("wellbeing_log", &this_quarter()),
            "856f4a83e67866fe018a01001065b33d567dec1a717c969420d99ec69a010100000008010602061519340142065607572d70020001020000010001020100017c06686561646572046b696e64036b657907656e7472696573047f0002017f007c00d60187040077656c6c6265696e675f6c6f6782820181500707070707070707070707070707070782028167323032362d51310400"
        );
        assert_eq!(
            hex_of("wellbeing_private", &private),
            "856f4a83447c686f018e010010850528bb273239fcfb98181753feff92010100000008010602061519340142065607573170020001020000010001020100017c06686561646572046b696e64036b657907656e7472696573047f0002017f007c00960287040077656c6c6265696e675f7072697661746582820081500101010101010101010101010101010182028167323032362d51310400"
        );
        assert_eq!(
            hex_of("private_log", &about_andrei()),
            "856f4a832db96d7401a0010010a5de5ce75b5c43aac4fb36ba3c1e848401010000000801060206151f340142065608573c70020001020000020001020100027b06686561646572046b696e64036b657907656e747269657305696e626f78057f00020102007d00b60197060200707269766174655f6c6f67828200815001010101010101010101010101010101820482500202020202020202020202020202020267323032362d51310500"
        );
        assert_eq!(
            hex_of("tier_note", &about_andrei()),
            "856f4a83a0a19e11019e020010405ebca66275e01d972a6d992f2198e701010000000801100210158001340142105608573a7002000102000001030000010300000103000001020100010304000103080001030c7106686561646572046b696e64036b6579076d6f6e74685f3107726561736f6e730865766964656e63650b6368616e67655f6d696e64076d6f6e74685f3207726561736f6e730865766964656e63650b6368616e67655f6d696e64076d6f6e74685f3307726561736f6e730865766964656e63650b6368616e67655f6d696e640f7f0002017f0003047f0003047f0003047d00960197060c00746965725f6e6f7465828200815001010101010101010101010101010101820482500202020202020202020202020202020267323032362d51310f00"
        );
    }

    #[test]
    fn the_first_bytes_of_what_a_team_and_everybody_has_and_of_a_circumstance_are_frozen() {
        let first = [
            hex_of("team_goals", &a_team()),
            hex_of("team_policy", &the_team()),
            hex_of("org_strategy", &the_year()),
            hex_of("circumstance", &a_plan()),
            hex_of("team_blockers", &a_team()),
            hex_of("team_board", &a_team()),
            hex_of("team_meeting", &a_team_day()),
            hex_of("manager_reflection", &my_year()),
            hex_of("group_meeting", &a_group_day()),
        ];
        let frozen = [
            "856f4a838e2593f5019f0100108d1102ee113c9e7c39cbca87ea4bcb8f01010000000801060206152e340142085608572a70020001020000030001020100037a06686561646572046b696e64036b65790c636f6e73657175656e63657305676f616c73097374616e6461726473067f0002017f0402007d00a601870403007465616d5f676f616c7382820281500808080808080808080808080808080882028167323032362d51310600",
            "856f4a83b3a49a1b019d010010dacf6ecc7301c4cd3631a50cb8545dcb010100000008010602061535340142065608572370020001020000040001020100047906686561646572046b696e64036b6579066c696d6974730a6f70656e5f686f757273097175657374696f6e730772687974686d73077f00020104007d00b601870304007465616d5f706f6c6963798282028150080808080808080808080808080808088205800700",
            "856f4a838d5436350172001002ac5d455cc70bf769cd7c88d13fa110010100000008010602061516340142065607571870020001020000010001020100017c06686561646572046b696e64036b65790461696d73047f0002017f007c00c601c701006f72675f73747261746567798282038082038164323032360400",
            "856f4a83ae0bde7201bb0100100e1873a1227cc102636c190ab99c29d801010000000801060206153e340142095608573570020001020000050001020100057806686561646572046b696e64036b65790c617272616e67656d656e7473096f766572726964657306706572696f6406726561736f6e07737570706f7274087f00020103007e04007d00c6019705050063697263756d7374616e636582820181500707070707070707070707070707070782018150090909090909090909090909090909090800",
            "856f4a837a42fbdc0188010010e4662c6daa3cfa97dc09601f964af5c4010100000008010602061517340142065607572d70020001020000010001020100017c06686561646572046b696e64036b6579056974656d73047f0002017f007c00d6018704007465616d5f626c6f636b65727382820281500808080808080808080808080808080882028167323032362d51310400",
            "856f4a8362119843019d010010ad594f354cfda94ea4138cb5f9ed563001010000000801060206152e340142065608572a70020001020000030001020100037a06686561646572046b696e64036b6579096465636973696f6e730569646561730c7265636f676e6974696f6e73067f00020103007d00a601870403007465616d5f626f61726482820281500808080808080808080808080808080882028167323032362d51310600",
            "856f4a83ba3091c301f3010010d88a4b8420c8c4b0bc431b81f64dbfa4010100000008010a020a15703401420d5608572f700200010200000704000001000102010007040a00017106686561646572046b696e64036b65790461636b73066167656e64610a666f6c6c6f775f7570730468656c64056d6f766573056e6f7465730d73656374696f6e5f6e6f7465730663617265657208666565646261636b07726170706f72740977656c6c6265696e6706746f706963730f7f00020105007e040004047f007d00c601b7040c007465616d5f6d656574696e678282028150080808080808080808080808080808088200816a323032362d30332d31380f00",
            "856f4a83e9170b36018c0100109c4325e828960f0a06fc8bb10eff9b43010100000008010602061519340142065607572f70020001020000010001020100017c06686561646572046b696e64036b657907656e7472696573047f0002017f007c00a602d703006d616e616765725f7265666c656374696f6e82820081500101010101010101010101010101010182038164323032360400",
            "856f4a83e50b440a01f401001098a112e52e58330bf569cf8e5a5a6ec5010100000008010a020a15703401420d56085730700200010200000704000001000102010007040a00017106686561646572046b696e64036b65790461636b73066167656e64610a666f6c6c6f775f7570730468656c64056d6f766573056e6f7465730d73656374696f6e5f6e6f7465730663617265657208666565646261636b07726170706f72740977656c6c6265696e6706746f706963730f7f00020105007e040004047f007d00d601b7040c0067726f75705f6d656574696e6782820481500a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a8200816a323032362d30332d31380f00",
        ];
        assert_eq!(first, frozen);
    }

    #[test]
    fn the_first_bytes_of_a_hand_over_are_frozen() {
        assert_eq!(
            hex_of("hand_over", &the_pair()),
            "856f4a839f9c7379018b0100108e2c4437fbb4bee1fd2c0d75ce12be01010100000008010602061523340142085608572170020001020000030001020100037a06686561646572046b696e64036b65790461636b730762726f75676874046e6f7465067f00020102007f047d0096018703030068616e645f6f7665728282018150070707070707070707070707070707078205800600"
        );
    }

    #[test]
    fn both_layers_of_a_kind_that_grew_are_frozen() {
        assert_eq!(
            hex_of("sample", &my_own()),
            "856f4a83f7d7fffb019101001070f8edbaa91e7780f6a3697f4b93c52001010000000801060206151d340142075607572f70020001020000020001020100027b06686561646572046b696e64036b6579056974656d73056e6f746573057f0002017e00047d00669705020073616d706c6582820081500101010101010101010101010101010182018150090909090909090909090909090909090500"
        );
        let second = layer(sample(), &my_own(), 1).unwrap();
        assert_eq!(
            hex::encode(second.raw_bytes()),
            "856f4a839fe07ca7016901f7d7fffbbc96749ebdd42824e9c804303863d5fd8fb0d5aa07c0026b9550d2521070f8edbaa91e7780f6a3697f4b93c520020600000007010402041512340142045602700200010200000102067d057061727473046c656674057269676874037f00020403000300"
        );
    }

    #[test]
    fn genesis_and_layers_decode_and_encode_to_the_same_bytes() {
        for spec in crate::coaching::KINDS {
            let kind = Kind::of(spec);
            for (n, change) in layers(kind, &wednesday()).into_iter().enumerate() {
                let again = Change::from(parse_change(change.raw_bytes()).unwrap().decode());
                assert_eq!(again.raw_bytes(), change.raw_bytes(), "{kind:?} layer {n}");
                assert_eq!((change.seq(), change.timestamp(), change.message()), (n as u64 + 1, 0, None));
                assert_eq!(change.deps().len(), usize::from(n > 0));
            }
        }
    }

    #[test]
    fn each_document_has_a_genesis_and_an_author_of_it_of_its_own() {
        let kind = Kind::parse("meeting").unwrap();
        assert_ne!(genesis_actor(kind, &wednesday()), genesis_actor(kind, &a_plan()));
        assert_ne!(hex_of("meeting", &wednesday()), hex_of("meeting", &a_plan()));
        assert_ne!(hex_of("meeting", &a_plan()), hex_of("action_plan", &a_plan()));
    }

    #[test]
    fn a_document_says_what_it_is() {
        let doc = create(Kind::parse("meeting").unwrap(), &wednesday(), 1, actor(1)).unwrap();
        assert_eq!(header(&doc), Some(("meeting".into(), wednesday())));
        assert_eq!(header(&blank(actor(1))), None);
    }

    #[test]
    fn a_document_of_an_older_version_gets_the_layer_it_lacks_and_only_once() {
        let old = create(sample(), &my_own(), 1, actor(1)).unwrap();
        let missing = missing_layers(&old, sample(), &my_own(), 2);
        assert_eq!(missing.len(), 1);
        assert!(missing_layers(&old, sample(), &my_own(), 1).is_empty(), "the server knows schema 1 only");

        let grown = apply(old, missing).unwrap();

        assert!(missing_layers(&grown, sample(), &my_own(), 2).is_empty());
        assert_eq!(heads(&grown), heads(&create(sample(), &my_own(), 2, actor(2)).unwrap()));
        assert!(Document::of(&grown).object(&Path::of("parts").key("left"), ObjType::Text).is_some());
    }

    #[test]
    fn the_newest_schema_is_stamped_by_the_first_edit_of_a_version_that_has_it() {
        let mut phone = Phone::new(1, "sample", &my_own());
        assert_eq!(schema(&phone.doc), 1);
        phone.edit(|edit| edit.splice(&Path::of("notes"), 0, 0, "x"));
        assert_eq!(schema(&phone.doc), 2);

        phone.doc = create(sample(), &my_own(), 1, actor(1)).unwrap();
        phone.edit(|edit| edit.splice(&Path::of("notes"), 0, 0, "x"));
        assert_eq!(schema(&phone.doc), 1, "without the layer it is a document of the old schema");
    }

    #[test]
    fn a_document_of_a_newer_version_can_be_read_and_not_changed() {
        let mut phone = Phone::new(1, "sample", &my_own());
        phone.edit(|edit| edit.splice(&Path::of("notes"), 0, 0, "from the future"));
        phone.edit(|edit| edit.put(&Path::of(VERSION), &3_i64));

        let refused = phone.try_edit(|edit| edit.splice(&Path::of("notes"), 0, 0, "x")).unwrap_err();

        assert!(matches!(refused, edit::EditError::NewerSchema { found: 3, known: 2 }), "{refused}");
        assert_eq!(Document::of(&phone.doc).text(&Path::of("notes")), "from the future");
    }
}
