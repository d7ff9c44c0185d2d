//! Owns enrolment: how a code and a new key become a device, once, and what is answered to everybody else.
//!
//! First what costs nothing: the form, and the signature by the key that the request brings. Then attempts are
//! counted, in the database, so that the limit is one limit however many instances there are. Then one
//! transaction of the organisation that the code names. A code that nobody made and the code of another
//! organisation take the same path and get the same answer.

use super::attempt::{Attempt, NOBODY, WINDOW_MS};
use super::credential::spent_name;
use super::invitation::InvitationCode;
use crate::auth::assertion::{Accepted, check_enrolment};
use crate::auth::{AuthError, DeviceKey, Token};
use crate::error::{ApiError, InvitationError};
use crate::name::Name;
use crate::random::Randomness;
use crate::store::postgres::{PgStore, PgTransaction};
use crate::store::row::account::{InvitationRow, NewDevice};
use crate::store::{Access, Store, Transaction};
use crate::vault::{Keys, OrganisationKey};
use sync_core::ids::{DeviceId, OrgId};
use sync_core::time::Timestamp;
use sync_core::wire::{EnrollRequest, EnrollResponse};

/// Failed attempts from one network address within the window. A whole department behind one address enrols
/// without failing.
pub const ADDRESS_LIMIT: i64 = 60;
/// Failed attempts on the codes of one organisation within the window, from wherever.
pub const ORGANISATION_LIMIT: i64 = 1000;

/// What an enrolment works with.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The database.
    pub store: &'a PgStore,
    /// The server's secrets.
    pub keys: &'a Keys,
    /// Names the new device.
    pub random: &'a Randomness,
    /// The time.
    pub now: Timestamp,
}

/// An enrolment as it arrives.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The bearer token.
    pub token: &'a str,
    /// The body as sent.
    pub body: &'a [u8],
    /// What attempts from this address are counted by.
    pub bucket: &'a str,
}

/// An enrolment whose form is right and whose signature is by its own key.
struct Applicant {
    code: Option<InvitationCode>,
    key: DeviceKey,
    name: Name,
    replaces: Option<DeviceId>,
    assertion: Accepted,
}

/// Enrols a device, or answers again what was answered to the same key and code before.
pub async fn enrol(desk: Desk<'_>, arrival: Arrival<'_>) -> Result<EnrollResponse, ApiError> {
    let applicant = read(desk, &arrival)?;
    let claimed = applicant.code.as_ref().map_or(NOBODY, InvitationCode::org);
    let buckets = vec![
        (format!("enrol address {}", arrival.bucket), ADDRESS_LIMIT),
        (format!("enrol organisation {claimed}"), ORGANISATION_LIMIT),
    ];
    let attempt = Attempt::count(desk.store, desk.now, buckets).await?;
    let answer = decide(desk, &applicant).await?;
    attempt.forgive(desk.store).await?;
    Ok(answer)
}

fn read(desk: Desk<'_>, arrival: &Arrival<'_>) -> Result<Applicant, ApiError> {
    let token = Token::parse(arrival.token)?;
    let is_object = arrival.body.trim_ascii_start().starts_with(b"{");
    let request: EnrollRequest =
        is_object.then(|| serde_json::from_slice(arrival.body).ok()).flatten().ok_or(ApiError::Malformed)?;
    let key = DeviceKey::parse(&request.public_key).ok_or(ApiError::Malformed)?;
    let assertion = check_enrolment(&token, &key, &desk.keys.server_id, desk.now)?;
    assertion.check_body(arrival.body)?;
    let name = Name::parse(&request.device_name).map_err(|_| ApiError::Malformed)?;
    Ok(Applicant {
        code: InvitationCode::parse(&request.code),
        key,
        name,
        replaces: request.replaces,
        assertion,
    })
}

/// The transaction of the organisation that the code names.
async fn decide(desk: Desk<'_>, applicant: &Applicant) -> Result<EnrollResponse, ApiError> {
    let code = applicant.code.as_ref().ok_or(InvitationError::Unknown)?;
    let mut tx = desk.store.begin(code.org(), Access::Write).await?;
    let spent = spent_name(&applicant.key.thumbprint(), &applicant.assertion.jti);
    if !tx.spend_token(&spent, applicant.assertion.over).await? {
        return Err(AuthError::Replayed.into());
    }
    let invitation = tx.lock_invitation(&code.hash()).await?.ok_or(InvitationError::Unknown)?;
    let device = match invitation.device {
        Some(device) => confirm(desk, &mut tx, device, applicant).await?,
        None => admit(desk, &mut tx, invitation, applicant).await?,
    };
    let answer = answer(desk, &mut tx, (code.org(), device), invitation).await?;
    tx.commit().await?;
    Ok(answer)
}

/// The code was used: by this key, whose answer got lost, or by another.
async fn confirm(
    desk: Desk<'_>,
    tx: &mut PgTransaction,
    device: DeviceId,
    applicant: &Applicant,
) -> Result<DeviceId, ApiError> {
    let enrolled = tx.find_device(device).await?.filter(|row| row.enrolled.key == applicant.key);
    let enrolled = enrolled.ok_or(InvitationError::Used)?.enrolled;
    if enrolled.is_revoked {
        let key = OrganisationKey::of(desk.keys, enrolled.kid.org);
        return Err(AuthError::Revoked(key.sign_wipe(device, &applicant.assertion.jti)).into());
    }
    Ok(device)
}

/// The code is free: the key becomes a device.
async fn admit(
    desk: Desk<'_>,
    tx: &mut PgTransaction,
    invitation: InvitationRow,
    applicant: &Applicant,
) -> Result<DeviceId, ApiError> {
    if desk.now >= invitation.expires_at {
        return Err(InvitationError::Expired.into());
    }
    if tx.device_of_key(&applicant.key).await?.is_some() {
        return Err(ApiError::NotAllowed);
    }
    if let Some(before) = applicant.replaces {
        let before = tx.find_device(before).await?;
        before.filter(|row| row.enrolled.person == invitation.person).ok_or(ApiError::NotFound)?;
    }
    let device = DeviceId::from_bytes(desk.random.bytes());
    let new = NewDevice {
        device,
        person: invitation.person,
        key: applicant.key,
        name: applicant.name.as_str().to_owned(),
        replaces: applicant.replaces,
        at: desk.now,
    };
    tx.insert_device(&new).await?;
    if let Some(code) = &applicant.code {
        tx.bind_invitation(&code.hash(), device).await?;
    }
    Ok(device)
}

async fn answer(
    desk: Desk<'_>,
    tx: &mut PgTransaction,
    (org, device): (OrgId, DeviceId),
    invitation: InvitationRow,
) -> Result<EnrollResponse, ApiError> {
    let person = tx.find_person(invitation.person).await?.ok_or(InvitationError::Unknown)?;
    let org_name = tx.organisation_name().await?.ok_or(InvitationError::Unknown)?;
    Ok(EnrollResponse {
        org,
        org_name: org_name.as_str().to_owned(),
        person: invitation.person,
        person_name: person.name.as_str().to_owned(),
        language: person.language.tag().to_owned(),
        device,
        server_id: desk.keys.server_id.clone(),
        organisation_key: OrganisationKey::of(desk.keys, org).public(),
        server_time: desk.now,
    })
}

/// Forgets attempts that no longer count and one-time names that nobody can use any more.
pub async fn forget(store: &PgStore, now: Timestamp) -> Result<(), ApiError> {
    let mut tx = store.begin(NOBODY, Access::Write).await?;
    tx.forget_attempts(now.plus_ms(-2 * WINDOW_MS)).await?;
    tx.commit().await?;
    for org in store.organisations().await? {
        let mut tx = store.begin(org, Access::Write).await?;
        tx.forget_spent(now).await?;
        tx.commit().await?;
    }
    Ok(())
}
