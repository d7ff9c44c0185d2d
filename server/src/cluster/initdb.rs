//! Making the database of a new cluster, whole or not at all.

use super::{
    ClusterError,
    binaries::Binaries,
    launch::Launcher,
    layout::{Layout, OWNER_ROLE},
};

/// Run `initdb` beside the final place and move the result there, unless there is a database already.
///
/// Whoever reaches the socket is trusted: its directory is open to the account alone.
pub(super) fn make_database(
    layout: &Layout,
    launcher: &Launcher,
    binaries: &Binaries,
) -> Result<(), ClusterError> {
    if layout.data().exists() {
        return Ok(());
    }
    let unfinished = layout.clear_unfinished_data(launcher.account())?;
    let program = binaries.initdb();
    let mut command = launcher.command(&program);
    command.arg("-D").arg(unfinished).args(["-U", OWNER_ROLE, "-E", "UTF8", "--locale=C"]).args([
        "--auth=trust",
        "--data-checksums",
        "--no-instructions",
    ]);
    let output = command.output().map_err(|source| ClusterError::Launch { program, source })?;
    if !output.status.success() {
        return Err(ClusterError::Initdb {
            directory: layout.data(),
            output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    layout.adopt_finished_data()
}
