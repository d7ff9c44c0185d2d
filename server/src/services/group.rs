//! Owns groups that are coached together: how one begins, and how the seats of those end who have left. Who may, and who has, the
//! policy says.

use super::membership::Announcer;
use crate::store::postgres::PgTransaction;
use crate::store::row::RecordRow;
use crate::store::{Audiences, Records, Stored, Transaction};
use std::collections::BTreeMap;
use sync_core::bug::{self, Bug};
use sync_core::ids::{AudienceId, GroupId, PersonId, TeamId};
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

/// Ends the seats of those who are in groups of a team no more, by what runs there now, and shows the groups as they are: nobody without
/// a seat is in one, also not who left the team and came back. Only groups that these people were formed into are looked at.
pub async fn settle(
    announcer: &mut Announcer<'_, PgTransaction>,
    (team, people): (TeamId, &[PersonId]),
    tenures: &[Tenure],
    delegations: &[Delegation],
) -> Stored<()> {
    if bug::is_on(Bug::LastingGroupSeat) {
        return Ok(());
    }
    let formed = announcer.tx.groups_among(team, people).await?;
    if formed.is_empty() {
        return Ok(());
    }
    let audiences: Vec<_> = formed.iter().map(|group| audience_of(announcer, group)).collect();
    let seats = announcer.tx.members(&audiences).await?;
    let shown = shown(announcer.tx, &audiences, &formed).await?;
    for (group, audience) in formed.iter().zip(audiences) {
        let seated: Vec<_> = seats.iter().filter(|(of, _)| *of == audience).map(|(_, who)| *who).collect();
        let present = group.of(&seated);
        let departures = present.departures(tenures, delegations);
        for (person, why) in &departures {
            announcer.revoke(audience, *person, reason(*why)).await?;
        }
        let is_gone = |person: &PersonId| departures.iter().any(|(gone, _)| gone == person);
        let remaining: Vec<_> = seated.into_iter().filter(|person| !is_gone(person)).collect();
        if remaining.is_empty() {
            announcer.tx.end_group(group.id, announcer.now).await?;
        }
        let remains = group.of(&remaining);
        if shown.get(&group.id) != Some(&remains) {
            show(announcer, &remains).await?;
        }
    }
    Ok(())
}

/// What the people of these groups are shown of them.
async fn shown(
    tx: &mut PgTransaction,
    audiences: &[AudienceId],
    groups: &[Group],
) -> Stored<BTreeMap<GroupId, Group>> {
    let named: Vec<_> = audiences
        .iter()
        .zip(groups)
        .map(|(audience, group)| (*audience, GROUPS.to_owned(), group.id.as_bytes().to_vec()))
        .collect();
    let records = tx.named_records(&named).await?.into_iter();
    let group = |record: RecordRow| {
        let id = GroupId::from_slice(&record.key)?;
        Some((id, Group::of_record(id, record.body?.as_bytes())?))
    };
    Ok(records.filter_map(|(_, record)| group(record)).collect())
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
