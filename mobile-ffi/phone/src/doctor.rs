//! Owns the look at a phone that does not do what it should. What it prints may be sent to support: it holds no name and
//! nothing that anybody wrote.

use crate::args::{Common, Sort};
use crate::phone::{Phone, key_file};
use crate::report::Report;
use mobile_ffi::documents::Diagnostics;
use mobile_ffi::error::ClientError;
use mobile_ffi::sync::SyncOutcome;
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use sync_core::store::Presence;

/// How long the server may take to answer everything.
const SYNC_SECONDS: u64 = 20;
/// Below this, SQLite soon fails to write.
const SPACE_BYTES: u64 = 64 << 20;

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    is_good: bool,
    detail: String,
}

/// Looks at everything that can be looked at, whatever of it is broken.
pub(crate) fn look(common: &Common, open: impl FnOnce() -> anyhow::Result<Phone>, offline: bool) -> Report {
    let mut findings = Vec::new();
    // Only a phone that exists can be ill; looking at none makes none.
    match common.dir.exists() {
        true => {
            findings.extend([space(&common.dir), keys(&key_file(common))]);
            findings.extend(look_inside(open, offline));
        }
        false => findings.push(bad("directory", "is not there; `enroll` makes it")),
    }
    let is_good = findings.iter().all(|finding| finding.is_good);
    let version = env!("CARGO_PKG_VERSION");
    let lines = findings.iter().map(|finding| {
        let mark = if finding.is_good { "ok   " } else { "LOOK " };
        format!("{mark}{:<13} {}", finding.what, finding.detail)
    });
    let text = format!("floorwalk-phone {version}\n{}", lines.collect::<Vec<_>>().join("\n"));
    let rows = findings
        .iter()
        .map(|finding| json!({ "what": finding.what, "is_good": finding.is_good, "detail": finding.detail }));
    let json = json!({ "version": version, "is_good": is_good, "findings": rows.collect::<Vec<_>>() });
    Report { text, json, is_good }
}

fn look_inside(open: impl FnOnce() -> anyhow::Result<Phone>, offline: bool) -> Vec<Finding> {
    let phone = match open() {
        Ok(phone) => phone,
        // Its first cause alone: what is around it names files, and so their owner.
        Err(error) => return vec![bad("store", error.root_cause().to_string())],
    };
    let diagnostics = match phone.client.diagnostics() {
        Ok(diagnostics) => diagnostics,
        Err(ClientError::NotEnrolled) => {
            return vec![
                good("store", "opens"),
                bad("account", "nobody's yet; `enroll` needs an invitation"),
            ];
        }
        Err(error) => return vec![bad("store", error.to_string())],
    };
    let mut findings = vec![good("store", format!("opens; schema {}, encrypted", diagnostics.store_schema))];
    findings.push(account(&phone));
    findings.push(documents(&phone));
    if !offline {
        findings.push(server(&phone));
    }
    // After the sync, as it may have sent what waited.
    findings.extend(waiting(&phone.client.diagnostics().unwrap_or(diagnostics)));
    findings
}

fn space(directory: &Path) -> Finding {
    match rustix::fs::statvfs(directory) {
        Ok(found) => {
            let free = found.f_bavail.saturating_mul(found.f_frsize);
            let detail = format!("{} MiB free", free >> 20);
            Finding { what: "space", is_good: free >= SPACE_BYTES, detail }
        }
        Err(error) => bad("space", error.to_string()),
    }
}

fn keys(file: &Path) -> Finding {
    match std::fs::metadata(file) {
        Ok(found) if found.permissions().mode() & 0o077 == 0 => {
            good("keys", "readable for their owner alone")
        }
        Ok(_) => bad("keys", "others can read them: chmod 600"),
        Err(error) => bad("keys", error.to_string()),
    }
}

fn account(phone: &Phone) -> Finding {
    match phone.client.account() {
        Ok(account) => good("account", format!("{} at {}", account.person, account.url)),
        Err(error) => bad("account", error.to_string()),
    }
}

/// Reads every body, which is how a damaged one is found.
fn documents(phone: &Phone) -> Finding {
    let mut counts = (0_u32, 0_u32);
    for sort in Sort::ALL {
        let lines = match phone.lines(sort) {
            Ok(lines) => lines,
            Err(error) => return bad("documents", format!("{error:#}")),
        };
        for line in lines {
            let is_damaged = line.presence == Presence::Damaged
                || line.presence.is_readable() && phone.client.export_text(line.doc).is_err();
            counts = (counts.0 + 1, counts.1 + u32::from(is_damaged));
        }
    }
    match counts {
        (all, 0) => good("documents", format!("{all}, all readable")),
        (all, damaged) => bad(
            "documents",
            format!("{all}, of which {damaged} are damaged; the next sync fetches them again"),
        ),
    }
}

fn server(phone: &Phone) -> Finding {
    match phone.outcome_of_sync(SYNC_SECONDS) {
        Ok(SyncOutcome::UpToDate { .. }) => good("server", "answers; up to date"),
        Ok(SyncOutcome::BudgetExhausted { pending }) => {
            bad("server", format!("answers, slowly: {pending} documents still wait after {SYNC_SECONDS} s"))
        }
        Ok(SyncOutcome::Offline | SyncOutcome::Cancelled) => {
            bad("server", "was not reached; is there a network?")
        }
        Err(error) => bad("server", format!("{error:#}")),
    }
}

fn waiting(found: &Diagnostics) -> [Finding; 2] {
    let waiting = match found.waiting {
        0 => good("waiting", "nothing"),
        some => bad("waiting", format!("{some} documents have something that is not on the server")),
    };
    let refused = match found.not_accepted {
        0 => good("not accepted", "nothing"),
        some => bad("not accepted", format!("{some}; `conflicts` shows them")),
    };
    [waiting, refused]
}

fn good(what: &'static str, detail: impl Into<String>) -> Finding {
    Finding { what, is_good: true, detail: detail.into() }
}

fn bad(what: &'static str, detail: impl Into<String>) -> Finding {
    Finding { what, is_good: false, detail: detail.into() }
}
