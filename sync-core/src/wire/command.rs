//! Owns the decisions that are not edits: what each is called, what it says, and under which id it leaves.
//!
//! A further one is a variant of [`Decision`], its name, its arguments as a CBOR map like any other message, and a service of the
//! server that carries it out.

use super::{Command, ErrorCode};
use crate::ids::{CommandId, GroupId, PersonId, derive};
use minicbor::{Decode, Encode};

/// Longer arguments say nothing that anybody decides.
const MAX_ARGS_BYTES: usize = 4 << 10;

/// A decision that this build knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// A group begins.
    FormGroup(FormGroup),
}

/// Some of the agents of one leader are coached together from now on.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FormGroup {
    /// The group, chosen by whoever forms it.
    #[n(0)]
    pub group: GroupId,
    /// The agents.
    #[n(1)]
    pub people: Vec<PersonId>,
}

impl FormGroup {
    /// What it is called.
    pub const KIND: &'static str = "form_group";

    /// Its id, which follows from the group and from who decides: when they decide the same again, because a server has forgotten
    /// it, it is the same decision.
    pub fn id(&self, by: PersonId) -> CommandId {
        let parts: [&[u8]; 2] = [self.group.as_bytes(), by.as_bytes()];
        CommandId::from_bytes(derive("floorwalk/form-group/1", &parts))
    }
}

impl Decision {
    /// What a command says. None if it is of no kind that this build knows, or is not made as that kind is.
    pub fn of(command: &Command) -> Option<Self> {
        if command.kind != FormGroup::KIND || command.args.len() > MAX_ARGS_BYTES {
            return None;
        }
        let mut decoder = minicbor::Decoder::new(&command.args);
        let form: FormGroup = decoder.decode().ok()?;
        let is_whole = decoder.position() == command.args.len();
        is_whole.then_some(Self::FormGroup(form))
    }

    /// Whether this answer says nothing about a decision: it waits, and is sent again.
    pub const fn is_left_open_by(code: ErrorCode) -> bool {
        matches!(code, ErrorCode::RateLimited | ErrorCode::Unavailable)
    }

    /// The command by which this person decides it.
    pub fn command(&self, by: PersonId) -> Command {
        let Self::FormGroup(form) = self;
        let args = minicbor::to_vec(form).expect("a decision encodes: writing to a vector cannot fail");
        Command { id: form.id(by), kind: FormGroup::KIND.to_owned(), args: args.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARIA: PersonId = PersonId::from_bytes([9; 16]);

    fn form() -> FormGroup {
        let people = [2, 3].map(|n| PersonId::from_bytes([n; 16])).to_vec();
        FormGroup { group: GroupId::from_bytes([1; 16]), people }
    }

    #[test]
    fn a_decision_reads_back_and_its_bytes_are_frozen() {
        let command = Decision::FormGroup(form()).command(MARIA);
        assert_eq!(Decision::of(&command), Some(Decision::FormGroup(form())));
        let of_people = "50".to_owned() + &"02".repeat(16) + "50" + &"03".repeat(16);
        assert_eq!(hex::encode(&command.args[..]), format!("a20050{}0182{of_people}", "01".repeat(16)));
        assert_eq!(command.id.to_string(), "1f86cd55441cea1cd5213ba8a70a2ff6");
    }

    #[test]
    fn a_key_that_nobody_knows_is_skipped_and_anything_else_that_is_amiss_is_no_decision() {
        let command = Decision::FormGroup(form()).command(MARIA);
        let with = |args: Vec<u8>| Command { args: args.into(), ..command.clone() };
        let mut newer = command.args.to_vec();
        newer[0] = 0xa3;
        newer.extend([0x18, 99, 0x82, 1, 2]);
        assert_eq!(Decision::of(&with(newer)), Some(Decision::FormGroup(form())));

        let trailing = [&command.args[..], &[0]].concat();
        let long = [&[0xa3][..], &command.args[1..], &[0x18, 99, 0x59, 0x20, 0x00], &[0; 8192]].concat();
        let nested = vec![0x81; MAX_ARGS_BYTES];
        for amiss in [trailing, long, nested, vec![], vec![0xa0], command.args[..9].to_vec()] {
            assert_eq!(Decision::of(&with(amiss)), None);
        }
        assert_eq!(Decision::of(&Command { kind: "end_tenure".into(), ..command }), None);
    }
}
