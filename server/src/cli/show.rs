//! Owns the commands that show what Floorwalk does: the demo and the replay.

use super::serve::on_signal;
use super::{CliError, DemoArgs, ReplayArgs};
use crate::demo::replay::Settings;
use crate::demo::teller::Teller;
use crate::demo::{self, Afterwards};

/// Plays the day; ends early on a signal, with everything taken down.
pub(super) async fn demo(args: &DemoArgs) -> Result<(), CliError> {
    let afterwards = if args.keep { Afterwards::KeepServing } else { Afterwards::Stop };
    let stop = on_signal()?;
    let mut teller = Teller::new(Box::new(std::io::stdout()));
    let played = tokio::select! {
        played = demo::play(&mut teller, args.language, afterwards, stop.clone()) => played,
        () = stop.cancelled(), if afterwards == Afterwards::Stop => Err(anyhow::anyhow!("it was stopped")),
    };
    judge(played)
}

/// Replays recordings.
pub(super) async fn replay(args: &ReplayArgs) -> Result<(), CliError> {
    let mut teller = Teller::new(Box::new(std::io::stdout()));
    judge(demo::replay(&args.files, Settings { seed: args.seed, lose: args.lose }, &mut teller).await)
}

fn judge(kept: anyhow::Result<bool>) -> Result<(), CliError> {
    match kept {
        Ok(true) => Ok(()),
        Ok(false) => Err(CliError::NotKept),
        Err(error) => Err(CliError::Demo(error)),
    }
}
