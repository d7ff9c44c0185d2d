//! Owns `check-change`: what the gate says of change chunks in files, without a database.

use super::{CheckChangeArgs, CliError};
use crate::store::Stored;
use crate::trial::{Candidate, Job, Place, Source, Trials, Workers};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use sync_core::coaching::{KINDS, Kind};
use sync_core::gate::trial::{History, Proposed};
use sync_core::gate::{Sound, canonical, chunk, precheck};
use sync_core::ids::{ChangeHash, DocId};

/// The document that the changes are for, as somebody saved it.
struct Saved(Option<Vec<u8>>);

impl Source for Saved {
    async fn history(&mut self, _: u64) -> Stored<History> {
        Ok(History { saved: self.0.clone(), tail: Vec::new() })
    }
}

/// Prints a verdict for each file; an error if one of the changes would be refused.
pub(super) async fn check(args: &CheckChangeArgs) -> Result<(), CliError> {
    let mut verdicts = Vec::new();
    for file in &args.files {
        verdicts.push((file, by_itself(&read(file)?)));
    }
    let document = args.document.as_deref().map(read).transpose()?;
    let sound = verdicts.iter().filter_map(|(_, verdict)| verdict.as_ref().ok()).collect();
    let failed = on_document(sound, document).await?;
    let mut refused = 0;
    let mut screen = std::io::stdout().lock();
    for (file, verdict) in verdicts {
        let said = match verdict {
            Err(why) => why,
            Ok(sound) => {
                failed.get(&sound.hash).cloned().unwrap_or_else(|| format!("passes, {}", size(&sound)))
            }
        };
        refused += usize::from(said.starts_with("refused"));
        writeln!(screen, "{}: {said}", file.display())
            .map_err(|source| CliError::Io { doing: "printing", source })?;
    }
    if refused > 0 { Err(CliError::Refused(refused)) } else { Ok(()) }
}

fn read(file: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(file)
        .map_err(|error| CliError::Unclear(format!("{} cannot be read: {error}", file.display())))
}

fn size(sound: &Sound) -> String {
    format!("{} bytes, {} operations", sound.bytes.len(), sound.max_op + 1 - sound.start_op)
}

/// Stages 1 and 2, and which check it was.
fn by_itself(bytes: &[u8]) -> Result<Sound, String> {
    let refused = |code: &str, stage: u8, check: &str| format!("refused in stage {stage} ({check}): {code}");
    let chunk = chunk::read(bytes).map_err(|refusal| refused(refusal.code.as_str(), 1, "frame"))?;
    precheck::check(chunk.body()).map_err(|check| refused("change_malformed", 1, check.name()))?;
    canonical::read(chunk).map_err(|refusal| refused(refusal.code.as_str(), 2, "canonical form"))
}

/// Stage 4, in a worker that hostile bytes may kill.
async fn on_document(
    sound: Vec<&Sound>,
    document: Option<Vec<u8>>,
) -> Result<BTreeMap<ChangeHash, String>, CliError> {
    let trials = Trials::at(Place::Workers(Workers { count: 1, ..Workers::of_this_program() }));
    let candidate = |sound: &Sound| Candidate {
        hash: sound.hash,
        deps: sound.deps.clone(),
        proposed: Proposed { bytes: sound.bytes.clone(), writer: None },
    };
    let job = Job {
        doc: DocId::from_bytes([0; 16]),
        kind: Kind::of(KINDS[0]),
        version: u64::from(document.is_some()),
        heads: None,
        max_op: 0,
        changes: sound.into_iter().map(candidate).collect(),
    };
    let tried = trials
        .try_changes(&job, &mut Saved(document))
        .await
        .map_err(|error| CliError::Unclear(format!("{}", crate::error::Chain(&error))))?;
    let said = |code: &str| format!("refused in stage 4 (trial): {code}");
    Ok(tried.failed.into_iter().map(|failed| (failed.hash, said(failed.code.as_str()))).collect())
}
