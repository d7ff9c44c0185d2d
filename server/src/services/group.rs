//! Owns groups that are coached together: how one begins, and how the seats of those end who have left. Who may, and who has, the
//! policy says.

use super::membership::Announcer;
use crate::store::{Stored, Transaction};
use sync_core::bug::{self, Bug};
use sync_core::ids::{AudienceId, PersonId, TeamId};
use sync_core::key::Subject;
use sync_core::policy::group::MOST_A_DAY;
use sync_core::policy::{Delegation, Departure, Forming, Group, Tenure, Unformed};
use sync_core::store::GROUPS;
use sync_core::wire::{ErrorCode, FormGroup};

const A_DAY_MS: i64 = 24 * 3_600_000;

/// Lets a group begin, with the seats in it and the record that its people see; or says why not.
///
/// Somebody's group that is there already stays as it is: a phone asks again when it cannot know whether it was heard.
pub async fn form<T: Transaction>(
    announcer: &mut Announcer<'_, T>,
    by: PersonId,
    form: &FormGroup,
) -> Stored<Option<ErrorCode>> {
    // One after the other with every change of the roster: who leads whom is read before it is written.
    announcer.tx.advance_feed(0).await?;
    if let Some(known) = announcer.tx.group(form.group).await? {
        let is_theirs = known.leader == by || known.acting == Some(by);
        return Ok((!is_theirs).then_some(ErrorCode::Malformed));
    }
    let (org, now) = (announcer.tx.organisation(), announcer.now);
    let led = announcer.tx.led_by(by, now).await?;
    let forming = Forming { org, id: form.group, by, people: &form.people, led: &led, now };
    let (group, seats) = match forming.decide() {
        Ok(decided) => decided,
        Err(unformed) => return Ok(Some(code(unformed))),
    };
    if announcer.tx.groups_formed(by, now.plus_ms(-A_DAY_MS)).await? >= MOST_A_DAY {
        return Ok(Some(ErrorCode::RateLimited));
    }
    if !announcer.tx.insert_group(&group, now).await? {
        return Ok(Some(ErrorCode::Unavailable));
    }
    announcer.ensure_audience(&Subject::Group(group.id)).await?;
    show(announcer, &group).await?;
    for seat in &seats {
        announcer.grant(seat).await?;
    }
    Ok(None)
}

/// Ends the seats that these people had in groups of a team and have no more, by what runs there now, and shows the groups without
/// them.
pub async fn settle<T: Transaction>(
    announcer: &mut Announcer<'_, T>,
    (team, people): (TeamId, &[PersonId]),
    tenures: &[Tenure],
    delegations: &[Delegation],
) -> Stored<()> {
    if bug::is_on(Bug::LastingGroupSeat) {
        return Ok(());
    }
    for group in announcer.tx.groups_of(team).await? {
        let departed = group.departures(tenures, delegations);
        let mut concerned = departed.clone();
        concerned.retain(|(person, _)| people.contains(person));
        if concerned.is_empty() {
            continue;
        }
        let audience = audience_of(announcer, &group);
        for (person, why) in concerned {
            announcer.revoke(audience, person, reason(why)).await?;
        }
        let remains = group.without(&departed);
        let named = [(audience, GROUPS.to_owned(), group.id.as_bytes().to_vec())];
        let shown = announcer.tx.named_records(&named).await?.into_iter().find_map(|(_, record)| record.body);
        if shown.and_then(|body| Group::of_record(group.id, body.as_bytes())).as_ref() != Some(&remains) {
            show(announcer, &remains).await?;
        }
    }
    Ok(())
}

async fn show<T: Transaction>(announcer: &mut Announcer<'_, T>, group: &Group) -> Stored<()> {
    let audience = audience_of(announcer, group);
    announcer.publish(audience, GROUPS, group.id.as_bytes(), Some(group.to_record())).await
}

fn audience_of<T: Transaction>(announcer: &Announcer<'_, T>, group: &Group) -> AudienceId {
    AudienceId::of(announcer.tx.organisation(), &Subject::Group(group.id))
}

/// Whoever names somebody who is not theirs learns the same whether there is such a person or not.
const fn code(unformed: Unformed) -> ErrorCode {
    match unformed {
        Unformed::Amiss => ErrorCode::Malformed,
        Unformed::Strangers => ErrorCode::NotFound,
        Unformed::NotTogether => ErrorCode::NotAllowed,
    }
}

/// The reason that an end is announced with.
const fn reason(departure: Departure) -> &'static str {
    match departure {
        Departure::LeftTeam => "left_team",
        Departure::LeadsNobody => "tenure_ended",
        Departure::StandsInNoMore => "delegation_ended",
    }
}

#[cfg(test)]
mod tests;
