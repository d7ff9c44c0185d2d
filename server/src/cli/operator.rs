//! Owns the operator's commands: finds what was named, calls one service, says what came of it.

pub(super) mod administration;
pub(super) mod calendar;
pub(super) mod delegation;
pub(super) mod disclosure;
pub(super) mod import;

use super::database::{Opened, Stay};
use super::report::{Report, table};
use super::{
    AppointmentCommand, CliError, Command, DeviceCommand, InitArgs, InviteArgs, OperatorArgs, TeamCommand,
    TenureCommand, UserCommand,
    invitation::{self, Paint},
};
use crate::app::App;
use crate::config::Config;
use crate::metrics::{Identifier, IdentifierKind};
use crate::services::administration::By;
use crate::services::appointment::NewAppointment;
use crate::services::invitation::{Invite, invite};
use crate::services::roster::{NewLeader, NewTenure, Office, TenureRecord};
use crate::store::postgres::PgTransaction;
use crate::store::row::roster::{AppointmentRow, PersonRow, TeamRow, TenureRow};
use crate::store::{Access, Store};
use serde_json::{Value, json};
use sync_core::ids::{OrgId, PersonId, TeamId};
use sync_core::wire::Invitation;

/// Does one command and prints what it says.
pub(super) async fn run(config: Config, command: Command) -> Result<(), CliError> {
    let public_url = config.public_url.clone();
    let opened = Opened::open(config, Stay::Guest, Vec::new()).await?;
    let done = Desk { app: &opened.app, public_url: &public_url }.run(command).await;
    opened.close().await;
    let (report, as_json) = done?;
    report.print(as_json)
}

struct Desk<'a> {
    app: &'a App,
    public_url: &'a str,
}

impl Desk<'_> {
    async fn run(&self, command: Command) -> Result<(Report, bool), CliError> {
        match command {
            Command::Serve(_) | Command::CheckChange(_) | Command::Import(_) => {
                Err(CliError::Unclear("this is not an operator's command".into()))
            }
            #[cfg(feature = "demo")]
            Command::Demo(_) | Command::Replay(_) | Command::Sample(_) => {
                Err(CliError::Unclear("the demo is not an operator's command".into()))
            }
            Command::Init(args) => Ok((self.init(&args).await?, args.json)),
            Command::Invite(args) => Ok((self.invite(&args).await?, args.operator.json)),
            Command::User(command) => self.user(command).await,
            Command::Team(command) => self.team(command).await,
            Command::Tenure(command) => self.tenure(command).await,
            Command::Appointment(command) => self.appointment(command).await,
            Command::Delegation(command) => self.delegation(command).await,
            Command::Administrator(command) => self.administrator(command).await,
            Command::ApiKey(command) => self.api_key(command).await,
            Command::Disclose(args) => Ok((self.disclose(&args).await?, args.operator.json)),
            Command::Device(command) => self.device(command).await,
            Command::Calendar(command) => self.calendar(command).await,
        }
    }

    async fn init(&self, args: &InitArgs) -> Result<Report, CliError> {
        let first = (args.person.clone(), args.language);
        let (org, person) = self.office().found(&args.organisation, first).await?;
        let text = format!(
            "Organisation {org}\nPerson       {}  {}\n\nNext: server invite '{}'",
            person.id,
            person.name.as_str(),
            person.name.as_str()
        );
        Ok(Report { text, json: json!({ "organisation": org, "person": person }) })
    }

    async fn invite(&self, args: &InviteArgs) -> Result<Report, CliError> {
        let org = self.organisation(&args.operator).await?;
        // Everybody is found before anybody is invited: a code that is not printed is lost.
        let people = self.find_people(org, &args.people).await?;
        let now = self.app.clock.now();
        let mut made = Vec::with_capacity(people.len());
        for person in people {
            let wanted = Invite { org, person: person.id, life_ms: args.expires };
            let code = invite(&self.app.store, &self.app.random, wanted, now).await?;
            let (code, name) = code.ok_or_else(|| CliError::Unclear("that person has left".into()))?;
            let url = self.public_url.to_owned();
            let server_id = self.app.vault.keys().server_id.clone();
            made.push((Invitation { url, code: code.to_text(), server_id }, name));
        }
        Ok(invitation::report(&made, now.plus_ms(args.expires), Paint::of_stdout()))
    }

    async fn user(&self, command: UserCommand) -> Result<(Report, bool), CliError> {
        match command {
            UserCommand::Add { name, language, operator } => {
                let org = self.organisation(&operator).await?;
                let person = self.office().add_person(org, (name, language)).await?;
                Ok((people(std::slice::from_ref(&person), json!(person)), operator.json))
            }
            UserCommand::Identify { person, staff_number, login, email, operator } => {
                let org = self.organisation(&operator).await?;
                let person = self.person(org, &person).await?.id;
                let said = [staff_number, login, email];
                let by =
                    IdentifierKind::ALL.into_iter().zip(said).filter_map(|(kind, text)| Some((kind, text?)));
                let read = |(kind, text): (_, String)| {
                    let said = Identifier::said(kind, &text);
                    said.map_err(|error| CliError::Unclear(format!("'{text}' is {error}")))
                };
                let by = by.map(read).collect::<Result<Vec<_>, _>>()?;
                self.office().identify(org, person, &by).await?;
                Ok((done("written down", json!({ "person": person })), operator.json))
            }
            UserCommand::End { person, operator } => {
                let org = self.organisation(&operator).await?;
                let person = self.person(org, &person).await?.id;
                self.office().end_person(org, person).await?;
                Ok((done("ended", json!({ "person": person })), operator.json))
            }
            UserCommand::List { operator } => {
                let found = self.read(&operator).await?.people().await?;
                Ok((people(&found, json!(found)), operator.json))
            }
        }
    }

    async fn team(&self, command: TeamCommand) -> Result<(Report, bool), CliError> {
        match command {
            TeamCommand::Add { name, time_zone, operator } => {
                let org = self.organisation(&operator).await?;
                let team = self.office().add_team(org, name, time_zone).await?;
                Ok((teams(std::slice::from_ref(&team), json!(team)), operator.json))
            }
            TeamCommand::List { operator } => {
                let found = self.read(&operator).await?.teams().await?;
                Ok((teams(&found, json!(found)), operator.json))
            }
        }
    }

    async fn tenure(&self, command: TenureCommand) -> Result<(Report, bool), CliError> {
        match command {
            TenureCommand::Start { team, leader, agent, operator } => {
                let org = self.organisation(&operator).await?;
                let new = NewTenure {
                    team: self.find_team(org, &team).await?,
                    leader: self.person(org, &leader).await?.id,
                    agent: self.person(org, &agent).await?.id,
                };
                let row = self.office().start_tenure(org, new).await?;
                Ok((tenures(std::slice::from_ref(&row), tenure_json(&row)), operator.json))
            }
            TenureCommand::End { tenure, operator } => {
                let org = self.organisation(&operator).await?;
                self.office().end_tenure(org, tenure).await?;
                Ok((done("ended", json!({ "tenure": tenure })), operator.json))
            }
            TenureCommand::HandOver { tenure, leader, team, operator } => {
                let org = self.organisation(&operator).await?;
                let team = self.find_team_if(org, team.as_deref()).await?;
                let to = NewLeader { leader: self.person(org, &leader).await?.id, team };
                let row = self.office().hand_over(org, tenure, to).await?;
                Ok((handed_over(&row), operator.json))
            }
            TenureCommand::List { operator } => {
                let found = self.read(&operator).await?.tenures().await?;
                let json = found.iter().map(tenure_json).collect();
                Ok((tenures(&found, json), operator.json))
            }
        }
    }

    async fn appointment(&self, command: AppointmentCommand) -> Result<(Report, bool), CliError> {
        match command {
            AppointmentCommand::Start { person, office, team, operator } => {
                let org = self.organisation(&operator).await?;
                let team = self.find_team_if(org, team.as_deref()).await?;
                let person = self.person(org, &person).await?.id;
                let row = self.office().appoint(org, NewAppointment { person, office, team }).await?;
                Ok((appointments(std::slice::from_ref(&row), appointment_json(&row)), operator.json))
            }
            AppointmentCommand::End { appointment, operator } => {
                let org = self.organisation(&operator).await?;
                self.office().dismiss(org, appointment).await?;
                Ok((done("ended", json!({ "appointment": appointment })), operator.json))
            }
            AppointmentCommand::List { operator } => {
                let found = self.read(&operator).await?.appointments().await?;
                let json = found.iter().map(appointment_json).collect();
                Ok((appointments(&found, json), operator.json))
            }
        }
    }

    async fn device(&self, command: DeviceCommand) -> Result<(Report, bool), CliError> {
        match command {
            DeviceCommand::Revoke { device, operator } => {
                let org = self.organisation(&operator).await?;
                self.office().revoke_device(org, device).await?;
                Ok((done("revoked", json!({ "device": device })), operator.json))
            }
            DeviceCommand::List { operator } => {
                let found = self.read(&operator).await?.devices().await?;
                let rows = found.iter().map(|device| {
                    vec![
                        device.device.to_string(),
                        device.person_name.clone(),
                        device.name.clone(),
                        device.enrolled_at.to_string(),
                        device.last_seen_at.map(|at| at.to_string()).unwrap_or_default(),
                        device.revoked_at.map(|at| at.to_string()).unwrap_or_default(),
                    ]
                });
                let head = ["DEVICE", "PERSON", "NAME", "ENROLLED", "SEEN", "REVOKED"];
                let text = table(&head, &rows.collect::<Vec<_>>());
                Ok((Report { text, json: json!(found) }, operator.json))
            }
        }
    }

    fn office(&self) -> Office<'_> {
        let App { store, vault, clock, random, .. } = self.app;
        Office { store, ledger: vault.ledger(), random, now: clock.now(), by: By::Server }
    }

    /// The organisation that was named, or the only one.
    async fn organisation(&self, operator: &OperatorArgs) -> Result<OrgId, CliError> {
        let all = self.app.store.organisations().await?;
        match (operator.org, all.as_slice()) {
            (Some(named), _) if all.contains(&named) => Ok(named),
            (Some(named), _) => Err(CliError::Unclear(format!("there is no organisation {named}"))),
            (None, [only]) => Ok(*only),
            (None, []) => Err(CliError::Unclear("there is no organisation yet: run init first".into())),
            (None, several) => {
                let ids: Vec<String> = several.iter().map(ToString::to_string).collect();
                Err(CliError::Unclear(format!("say which organisation with --org: {}", ids.join(", "))))
            }
        }
    }

    async fn read(&self, operator: &OperatorArgs) -> Result<PgTransaction, CliError> {
        let org = self.organisation(operator).await?;
        Ok(self.app.store.begin(org, Access::Read).await?)
    }

    async fn person(&self, org: OrgId, named: &str) -> Result<PersonRow, CliError> {
        let everybody = self.app.store.begin(org, Access::Read).await?.people().await?;
        person_of(&everybody, named)
    }

    async fn find_people(&self, org: OrgId, named: &[String]) -> Result<Vec<PersonRow>, CliError> {
        let everybody = self.app.store.begin(org, Access::Read).await?.people().await?;
        named.iter().map(|named| person_of(&everybody, named)).collect()
    }

    async fn find_team_if(&self, org: OrgId, named: Option<&str>) -> Result<Option<TeamId>, CliError> {
        match named {
            Some(named) => self.find_team(org, named).await.map(Some),
            None => Ok(None),
        }
    }

    async fn find_team(&self, org: OrgId, named: &str) -> Result<TeamId, CliError> {
        let teams = self.app.store.begin(org, Access::Read).await?.teams().await?;
        let id = TeamId::parse(named).ok();
        let is_meant = |team: &TeamRow| Some(team.id) == id || team.name.as_str() == named;
        only(teams.into_iter().filter(is_meant).collect(), "team", named).map(|team| team.id)
    }
}

fn person_of(everybody: &[PersonRow], named: &str) -> Result<PersonRow, CliError> {
    let id = PersonId::parse(named).ok();
    let is_meant = |person: &&PersonRow| Some(person.id) == id || person.name.as_str() == named;
    only(everybody.iter().filter(is_meant).cloned().collect(), "person", named)
}

fn only<T>(mut found: Vec<T>, what: &str, named: &str) -> Result<T, CliError> {
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (Some(_), false) => {
            Err(CliError::Unclear(format!("there is more than one {what} '{named}': give the id")))
        }
        (None, _) => Err(CliError::Unclear(format!("there is no {what} '{named}'"))),
    }
}

fn done(what: &str, json: Value) -> Report {
    Report { text: what.to_owned(), json }
}

fn people(found: &[PersonRow], json: Value) -> Report {
    let row = |person: &PersonRow| {
        vec![person.id.to_string(), person.name.as_str().to_owned(), person.language.tag().to_owned()]
    };
    Report { text: table(&["PERSON", "NAME", "LANGUAGE"], &found.iter().map(row).collect::<Vec<_>>()), json }
}

fn teams(found: &[TeamRow], json: Value) -> Report {
    let row =
        |team: &TeamRow| vec![team.id.to_string(), team.name.as_str().to_owned(), team.time_zone.clone()];
    Report { text: table(&["TEAM", "NAME", "TIME ZONE"], &found.iter().map(row).collect::<Vec<_>>()), json }
}

fn tenures(found: &[TenureRow], json: Value) -> Report {
    let row = |row: &TenureRow| {
        vec![
            row.tenure.id.to_string(),
            row.team.name.as_str().to_owned(),
            row.leader_name.as_str().to_owned(),
            row.agent_name.as_str().to_owned(),
            row.tenure.from.to_string(),
            row.tenure.until.map(|at| at.to_string()).unwrap_or_default(),
        ]
    };
    let head = ["TENURE", "TEAM", "LEADER", "AGENT", "FROM", "UNTIL"];
    Report { text: table(&head, &found.iter().map(row).collect::<Vec<_>>()), json }
}

fn appointments(found: &[AppointmentRow], json: Value) -> Report {
    let row = |row: &AppointmentRow| {
        vec![
            row.appointment.id.to_string(),
            row.person_name.as_str().to_owned(),
            row.appointment.office.role().as_str().to_owned(),
            row.team_name.as_ref().map_or("all teams", |name| name.as_str()).to_owned(),
            row.appointment.from.to_string(),
            row.appointment.until.map(|at| at.to_string()).unwrap_or_default(),
        ]
    };
    let head = ["APPOINTMENT", "PERSON", "OFFICE", "TEAM", "FROM", "UNTIL"];
    Report { text: table(&head, &found.iter().map(row).collect::<Vec<_>>()), json }
}

fn appointment_json(row: &AppointmentRow) -> Value {
    let appointment = &row.appointment;
    json!({
        "id": appointment.id,
        "person": { "id": appointment.person, "name": row.person_name.as_str() },
        "office": appointment.office.role().as_str(),
        "team": appointment.team,
        "team_name": row.team_name.as_ref().map(|name| name.as_str()),
        "from": appointment.from,
        "until": appointment.until,
    })
}

/// The new tenure, and how long who led before has for the hand-over.
fn handed_over(row: &TenureRow) -> Report {
    let mut report = tenures(std::slice::from_ref(row), tenure_json(row));
    if let Some(before) = TenureRecord::from(row).follows
        && let Some(until) = before.until
    {
        report.text = format!("{}\n\n{} writes the hand-over until {until}", report.text, before.leader.name);
    }
    report
}

fn tenure_json(row: &TenureRow) -> Value {
    let mut json = json!(TenureRecord::from(row));
    json["id"] = json!(row.tenure.id);
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_must_mean_one_and_only_one() {
        assert_eq!(only(vec![1], "person", "Ana").unwrap(), 1);
        assert!(
            only(vec![1, 2], "person", "Ana").unwrap_err().to_string().contains("more than one person 'Ana'")
        );
        assert!(only::<u8>(vec![], "person", "Ana").unwrap_err().to_string().contains("no person 'Ana'"));
    }
}
