//! Owns the kills of a server's process, under phones that push.

use super::round::{Aim, Meanwhile, ROUNDS_PER_DAY, Round};
use super::scene::Scene;
use super::tally::Tally;
use super::team::Team;
use super::{Settings, say};

/// Kills a server as often as told.
///
/// In the first half the server was given a database, which goes on without it and may commit what the dead server
/// had asked for; in the second half it keeps a private one, which stops when it dies.
pub async fn kill_often(scene: &mut Scene, team: &mut Team, settings: Settings) -> anyhow::Result<Tally> {
    let mut dice = settings.dice("server");
    let mut tally = Tally::of("server");
    if settings.servers == 0 {
        return Ok(tally);
    }
    team.open_books();
    let mut server = scene.start_server().await?;
    for number in 0..settings.servers {
        if number == settings.servers.div_ceil(2) {
            server.stop().await?;
            scene.hand_over_postgres().await;
            server = scene.start_server().await?;
        }
        if number.is_multiple_of(ROUNDS_PER_DAY) {
            team.begin_day()?;
        }
        team.lead_to(&server.url)?;
        // Where no server is, nobody answers: a phone that is cut off sees the same.
        let round = Round { aim: Aim::of(number), meanwhile: Meanwhile::CutOff };
        let kill = async || {
            server.kill().await?;
            server = scene.start_server().await?;
            Ok(server.url.clone())
        };
        round.play(team, (&mut dice, &mut tally), kill).await?;
        if tally.kills.is_multiple_of(ROUNDS_PER_DAY) {
            say(&format!("  {tally}"))?;
        }
    }
    team.look_everywhere(scene, &server.url, &mut tally).await?;
    server.stop().await?;
    Ok(tally)
}
