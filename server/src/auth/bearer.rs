//! Owns the one place where a credential is taken from: the `Authorization` header, once.

use super::AuthError;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

/// The bearer token of a request. Two headers are refused: a proxy in between may have looked at the other one.
pub fn bearer(headers: &HeaderMap) -> Result<&str, AuthError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Err(AuthError::Missing) };
    let text = value.to_str().map_err(|_| AuthError::Malformed)?;
    let (scheme, token) = text.split_once(' ').ok_or(AuthError::Missing)?;
    match scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() {
        true => Ok(token),
        false => Err(AuthError::Missing),
    }
}
