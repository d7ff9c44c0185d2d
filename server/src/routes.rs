//! Owns the URL table and the layers around it, and nothing else.
//!
//! To add a route: write the handler in a file of its own under `handlers`, describe it with `utoipa::path`, and name
//! it here. A handler that must know who calls asks for [`crate::handlers::authenticated::Authenticated`]; one
//! that does not is in the list of open routes of the tests, or they fail.

use crate::app::App;
use crate::error::{ApiError, describe};
use crate::handlers::{admin, calendar, enroll, health, live, sync, token};
use crate::openapi::Description;
use crate::request_log::{LogContext, log};
use axum::extract::{DefaultBodyLimit, Extension, Request};
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every route with its description.
fn table() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(enroll::enroll))
        .routes(routes!(token::token))
        .routes(routes!(sync::sync))
        .routes(routes!(live::live))
        .routes(routes!(calendar::give))
        .routes(routes!(calendar::revoke))
        .routes(routes!(calendar::read))
        .merge(administration())
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(openapi))
}

/// The routes of administrators.
fn administration() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(admin::person::list, admin::person::add))
        .routes(routes!(admin::person::change))
        .routes(routes!(admin::person::end))
        .routes(routes!(admin::team::list, admin::team::add))
        .routes(routes!(admin::tenure::list, admin::tenure::start))
        .routes(routes!(admin::tenure::end))
        .routes(routes!(admin::tenure::hand_over))
        .routes(routes!(admin::appointment::list, admin::appointment::start))
        .routes(routes!(admin::appointment::end))
        .routes(routes!(admin::delegation::list, admin::delegation::start))
        .routes(routes!(admin::delegation::end))
        .routes(routes!(admin::roster::import))
        .routes(routes!(admin::device::invite))
        .routes(routes!(admin::device::take_back))
        .routes(routes!(admin::device::list))
        .routes(routes!(admin::device::revoke))
}

/// The API with its layers.
pub fn router(app: App) -> Router {
    let (router, description) = table().split_for_parts();
    layered(router.layer(Extension(Arc::new(description))), app)
}

/// What surrounds every route; the first layer here is the innermost.
fn layered(router: Router<App>, app: App) -> Router {
    let logging = LogContext { clock: app.clock.clone(), random: app.random.clone() };
    let request_time = app.limits.request_time;
    let clock = app.clock.clone();
    router
        .fallback(|| async { ApiError::NotFound })
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .with_state(app)
        .layer(DefaultBodyLimit::disable())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, request_time))
        .layer(CatchPanicLayer::custom(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
        .layer(from_fn_with_state(clock, describe))
        .layer(from_fn(keep_private))
        .layer(from_fn_with_state(logging, log))
}

/// The numbers for Prometheus: a router of its own, for a listener that is not public.
pub fn metrics_router(render: impl Fn() -> String + Clone + Send + Sync + 'static) -> Router {
    Router::new().route("/metrics", axum::routing::get(move || std::future::ready(render())))
}

/// This description.
#[utoipa::path(
    get, path = "/openapi.json", tag = "operation",
    responses((status = 200, description = "OpenAPI 3.1.", body = serde_json::Value))
)]
async fn openapi(
    Extension(description): Extension<Arc<utoipa::openapi::OpenApi>>,
) -> Json<utoipa::openapi::OpenApi> {
    Json(description.as_ref().clone())
}

/// Nothing that the server answers belongs into anybody's cache, unless its handler says whose.
async fn keep_private(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::random::Randomness;
    use crate::startup::{Setup, open};
    use axum::body::{Body, to_bytes};
    use axum::routing::get;
    use sqlx::{ConnectOptions, PgPool};
    use sync_core::wire::{ErrorBody, ErrorCode};
    use tower::ServiceExt;

    async fn app(pool: &PgPool) -> App {
        let vault = tempfile::tempdir().unwrap();
        let setup = Setup {
            database_url: pool.connect_options().to_url_lossy().to_string().into(),
            vault: vault.path().join("vault"),
            pool: Default::default(),
            limits: Default::default(),
            trials: crate::trial::Place::Here,
            trusted_proxies: vec![],
            clock: Clock::system(),
            random: Randomness::system(),
        };
        open(setup).await.unwrap()
    }

    async fn answer(router: Router) -> (StatusCode, ErrorBody) {
        let response = router.oneshot(Request::get("/x").body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[sqlx::test]
    async fn a_panic_is_answered_as_a_fault_without_its_words(pool: PgPool) {
        async fn panics() -> StatusCode {
            panic!("what Ana wrote")
        }
        let app = app(&pool).await;

        let (status, body) = answer(layered(Router::new().route("/x", get(panics)), app)).await;

        assert_eq!((status, body.code), (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal));
        assert!(!body.detail.contains("Ana"));
    }

    #[sqlx::test]
    async fn a_request_that_takes_too_long_is_given_up(pool: PgPool) {
        let mut app = app(&pool).await;
        app.limits.request_time = std::time::Duration::from_millis(1);
        let never = get(std::future::pending::<StatusCode>);

        let (status, body) = answer(layered(Router::new().route("/x", never), app)).await;

        assert_eq!((status, body.code), (StatusCode::REQUEST_TIMEOUT, ErrorCode::Unavailable));
    }

    #[test]
    fn every_route_of_the_table_is_described() {
        let paths = table().into_openapi().paths.paths.len();
        let source = include_str!("routes.rs").split("#[cfg(test)]").next().unwrap();
        assert_eq!(paths, source.matches(".routes(routes!(").count());
        // The other way to add a route describes nothing; only the numbers come so, on their own listener.
        assert_eq!(source.matches(".route(").count(), 1);
    }
}
