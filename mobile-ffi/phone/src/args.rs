//! Owns the command line: which commands there are, and their words.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use sync_core::coaching::floor_walk::StopKind;
use sync_core::content::Language;

/// A phone on the command line: what an app does, without an app.
///
/// For people who support a team: to try an invitation, to see what a phone would see, to find out why something does
/// not arrive. Only `enroll`, `sync` and `doctor` use the network.
#[derive(Debug, Parser)]
#[command(name = "floorwalk-phone", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

/// Settings of every command.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Where this phone keeps its files; one directory is one phone.
    #[arg(long, global = true, env = "PHONE_DIR", default_value_os_t = usual_directory())]
    pub dir: PathBuf,
    /// The file with the phone's two keys, made when the phone is first used; `keys` in its directory unless told
    /// otherwise. Whoever has both, the file and the directory, can read everything.
    #[arg(long, global = true, env = "PHONE_KEYS")]
    pub keys: Option<PathBuf>,
    /// The language of messages about errors.
    #[arg(long, global = true, env = "PHONE_LANGUAGE", default_value = "en")]
    pub language: Language,
    /// Prints JSON, for programs.
    #[arg(long, global = true)]
    pub json: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make this directory the phone of whom an invitation names.
    Enroll {
        /// The link of the invitation, as `server invite` prints it.
        link: String,
        /// What the phone is called in the list of devices.
        #[arg(long, default_value = "command line")]
        name: String,
    },
    /// Show the walk that is under way, or begin one.
    Walk {
        /// End it instead.
        #[arg(long)]
        end: bool,
    },
    /// Note a stop of the walk that is under way; begins one if there is none.
    Note(Note),
    /// List documents, newest change first, and where each stands.
    List {
        /// Only of this kind.
        kind: Option<Sort>,
        /// The most lines of each kind.
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Print everything that people wrote in a document.
    Show {
        /// Its id, or how the id begins.
        doc: String,
    },
    /// Send what waits and fetch what is new.
    Sync {
        /// How long it may take.
        #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3600))]
        seconds: u64,
    },
    /// List values that two people set differently, and what the server did not accept.
    Conflicts,
    /// Settle one conflict by choosing one of its values.
    Settle {
        /// The document's id, or how the id begins.
        doc: String,
        /// The number of the conflict, as `conflicts` prints it.
        #[arg(value_parser = clap::value_parser!(u32).range(1..))]
        conflict: u32,
        /// The number of the value.
        #[arg(value_parser = clap::value_parser!(u32).range(1..))]
        value: u32,
    },
    /// Look for what may be wrong with this phone. Prints no name and nothing that anybody wrote.
    Doctor {
        /// Do not ask the server.
        #[arg(long)]
        offline: bool,
    },
}

/// A stop to note.
#[derive(Debug, Args)]
pub(crate) struct Note {
    /// What was seen.
    pub text: String,
    /// What it is about.
    #[arg(long, default_value = "note")]
    pub kind: Stop,
    /// Whom it is about: a name, or a part of it that nobody else has.
    #[arg(long, value_name = "PERSON")]
    pub about: Option<String>,
    /// A topic; may be given several times.
    #[arg(long = "tag")]
    pub tags: Vec<String>,
    /// How long it took.
    #[arg(long)]
    pub minutes: Option<u32>,
}

/// A kind of stop.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Stop {
    Praise,
    Coach,
    Blocker,
    Wellbeing,
    Note,
}

impl Stop {
    pub(crate) const fn kind(self) -> StopKind {
        match self {
            Self::Praise => StopKind::Praise,
            Self::Coach => StopKind::Coach,
            Self::Blocker => StopKind::Blocker,
            Self::Wellbeing => StopKind::Wellbeing,
            Self::Note => StopKind::Note,
        }
    }
}

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    Walks,
    Meetings,
    Plans,
}

fn usual_directory() -> PathBuf {
    std::env::home_dir().unwrap_or_default().join(".local/share/floorwalk-phone")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_command_can_be_typed() {
        Cli::command().debug_assert();
    }
}
