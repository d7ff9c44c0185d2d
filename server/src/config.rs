//! Owns the settings: flags and the environment, read once, checked, and passed down. Nobody else reads either.

use crate::cluster;
use crate::network::Network;
use crate::secret::Secret;
use crate::store::postgres::PoolSettings;
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Command, CommandFactory, ValueEnum};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Every variable of ours begins so; one that we do not know is an error, not a silent default.
const PREFIX: &str = "FLOORWALK_";
/// Where the server listens when nobody says.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:8787";

/// Settings of every command.
#[derive(Debug, Clone, Args)]
pub struct CommonArgs {
    /// The Postgres database (15 or newer), as the owner of its tables reaches it:
    /// postgres://user:password@host/database. Without it the server runs a private Postgres in its data directory.
    #[arg(long, value_name = "URL", env = "FLOORWALK_DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<Secret>,

    /// Where the private Postgres keeps its data.
    /// [default: /var/lib/floorwalk for root, else ~/.local/share/floorwalk]
    #[arg(long, value_name = "DIR", env = "FLOORWALK_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,

    /// The directory of the server's keys and of its ledger of revocations. All instances share one. Keep a copy of
    /// it, but never together with backups of the database. [default: the data directory's name with -vault]
    #[arg(long, value_name = "DIR", env = "FLOORWALK_VAULT", global = true)]
    pub vault: Option<PathBuf>,

    /// A directory that holds `initdb` and `postgres`, for the private Postgres. [default: looked for]
    #[arg(long, value_name = "DIR", env = "FLOORWALK_POSTGRES_BIN", global = true)]
    pub postgres_bin: Option<PathBuf>,

    /// The most connections to the database.
    #[arg(long, value_name = "N", env = "FLOORWALK_CONNECTIONS", default_value_t = 10, global = true,
          value_parser = clap::value_parser!(u32).range(3..=1000))]
    pub connections: u32,

    /// Where phones reach the server: what invitations lead to. Behind a proxy: its https:// address.
    #[arg(long, value_name = "URL", env = "FLOORWALK_PUBLIC_URL", default_value = "http://127.0.0.1:8787",
          value_parser = parse_public_url, global = true)]
    pub public_url: String,

    /// What to log: a level, or a filter such as `info,server=debug`. Never contains notes, names or secrets.
    #[arg(long, value_name = "FILTER", env = "FLOORWALK_LOG", default_value = "info,sqlx=warn",
          value_parser = NonEmptyStringValueParser::new(), global = true)]
    pub log: String,

    /// How to write the log.
    #[arg(long, value_name = "FORMAT", env = "FLOORWALK_LOG_FORMAT", default_value = "text", global = true)]
    pub log_format: LogFormat,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object for each line.
    Json,
}

/// Settings of `serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Where to listen, for plain HTTP/1.1. TLS is for the proxy in front; phones need it.
    #[arg(long, value_name = "ADDRESS", env = "FLOORWALK_LISTEN", default_value = DEFAULT_LISTEN)]
    pub listen: SocketAddr,

    /// Where to answer /metrics (Prometheus). They are never on the public address; without this they are nowhere.
    #[arg(long, value_name = "ADDRESS", env = "FLOORWALK_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,

    /// Proxies whose X-Forwarded-For counts, such as 10.0.0.0/8; several with commas. From all others it is ignored.
    #[arg(long, value_name = "NETWORK", env = "FLOORWALK_TRUSTED_PROXY", value_delimiter = ',')]
    pub trusted_proxy: Vec<Network>,

    /// How long the figures of a team stand before heads get new ones, in seconds.
    #[arg(long, value_name = "SECONDS", env = "FLOORWALK_FIGURES_EVERY", default_value_t = 300,
          value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub figures_every: u32,
}

/// Where the database is.
#[derive(Debug, Clone)]
pub enum Database {
    /// Somebody else runs it.
    Url(Secret),
    /// We run it.
    Private(cluster::Options),
}

/// What every command works with, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The database.
    pub database: Database,
    /// The directory of keys and ledger.
    pub vault: PathBuf,
    /// Connections to the database.
    pub pool: PoolSettings,
    /// Where phones reach the server.
    pub public_url: String,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A variable looks like ours and is not.
    #[error("{0} is not a setting. See --help for those that are, or unset it")]
    UnknownVariable(String),
    /// There is no place for data.
    #[error("there is no home directory to keep data in: give --data-dir, or --database-url and --vault")]
    NoDataDirectory,
    /// There is nothing beside the data directory.
    #[error("there is no place for the vault beside the data directory: give --vault")]
    NoPlaceForVault,
}

/// The part of the environment that is not flags.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// The names of all variables.
    pub names: Vec<OsString>,
    /// `HOME`.
    pub home: Option<PathBuf>,
    /// `XDG_DATA_HOME`.
    pub data_home: Option<PathBuf>,
    /// `XDG_CACHE_HOME`.
    pub cache_home: Option<PathBuf>,
    /// `PATH`.
    pub search_path: Option<OsString>,
}

impl Environment {
    /// The environment of this process.
    pub fn read() -> Self {
        let path = |name| std::env::var_os(name).map(PathBuf::from);
        Self {
            names: std::env::vars_os().map(|(name, _)| name).collect(),
            home: path("HOME"),
            data_home: path("XDG_DATA_HOME"),
            cache_home: path("XDG_CACHE_HOME"),
            search_path: std::env::var_os("PATH"),
        }
    }

    /// Refuses a variable that looks like ours and is none of the settings of this command line.
    pub fn check<C: CommandFactory>(&self) -> Result<(), ConfigError> {
        let known = variables(&C::command());
        let ours =
            self.names.iter().map(|name| name.to_string_lossy()).filter(|name| name.starts_with(PREFIX));
        let unknown = ours.into_iter().find(|name| !known.contains(name.as_ref()));
        unknown.map_or(Ok(()), |name| Err(ConfigError::UnknownVariable(name.into_owned())))
    }
}

/// The variables of a command and all below it.
fn variables(command: &Command) -> BTreeSet<String> {
    let own = command.get_arguments().filter_map(|argument| argument.get_env());
    let own = own.map(|name| name.to_string_lossy().into_owned());
    own.chain(command.get_subcommands().flat_map(variables)).collect()
}

impl Config {
    /// Checks the settings and fills in what nobody said.
    pub fn new(args: &CommonArgs, environment: &Environment) -> Result<Self, ConfigError> {
        let default = || {
            cluster::default_directory(environment.data_home.as_deref(), environment.home.as_deref())
                .ok_or(ConfigError::NoDataDirectory)
        };
        let data_dir = || args.data_dir.clone().map_or_else(default, Ok);
        let vault = match &args.vault {
            Some(vault) => vault.clone(),
            None => beside(&data_dir()?)?,
        };
        let database = match &args.database_url {
            Some(url) => Database::Url(url.clone()),
            None => Database::Private(private_cluster(data_dir()?, args, environment)),
        };
        let pool = PoolSettings { connections: args.connections, ..PoolSettings::default() };
        Ok(Self { database, vault, pool, public_url: args.public_url.clone() })
    }
}

/// `/var/lib/floorwalk` and `/var/lib/floorwalk-vault`: whoever copies the one does not copy the other by accident.
fn beside(data_dir: &Path) -> Result<PathBuf, ConfigError> {
    let absolute = std::path::absolute(data_dir).map_err(|_| ConfigError::NoPlaceForVault)?;
    let mut name = absolute.file_name().ok_or(ConfigError::NoPlaceForVault)?.to_owned();
    name.push("-vault");
    Ok(absolute.with_file_name(name))
}

fn private_cluster(directory: PathBuf, args: &CommonArgs, environment: &Environment) -> cluster::Options {
    let cache = cluster::default_cache(environment.cache_home.as_deref(), environment.home.as_deref());
    cluster::Options {
        binaries: args.postgres_bin.clone(),
        search_path: environment.search_path.clone(),
        cache,
        ..cluster::Options::new(directory)
    }
}

fn parse_public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_address = rest.is_some_and(|rest| {
        !rest.is_empty() && !rest.contains(['#', '?', '@', ' ']) && !rest.starts_with('/')
    });
    is_address.then(|| url.to_owned()).ok_or_else(|| "not an address such as https://care.example".to_owned())
}

/// Whether this address leads to this machine only.
pub fn is_local(public_url: &str) -> bool {
    let host = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|local| {
        host.strip_prefix(local).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        common: CommonArgs,
        #[command(flatten)]
        serve: ServeArgs,
    }

    fn parse(arguments: &[&str]) -> Line {
        Line::try_parse_from(["server"].iter().chain(arguments)).unwrap()
    }

    fn environment(names: &[&str]) -> Environment {
        let names = names.iter().map(OsString::from).collect();
        Environment { names, home: Some("/home/ana".into()), ..Environment::default() }
    }

    #[test]
    fn a_variable_that_is_no_setting_is_refused() {
        let line = |names: &[&str]| environment(names).check::<Line>();
        assert!(line(&["PATH", "FLOORWALK_DATABASE_URL", "FLOORWALK_LISTEN"]).is_ok());
        let refused = line(&["FLOORWALK_DATABSE_URL"]).unwrap_err();
        assert!(refused.to_string().contains("FLOORWALK_DATABSE_URL"));
    }

    #[test]
    fn secrets_do_not_print() {
        let line = parse(&["--database-url", "postgres://owner:hunter2@db/care"]);
        let config = Config::new(&line.common, &environment(&[])).unwrap();
        for printed in [format!("{:?}", line.common), format!("{config:?}")] {
            assert!(printed.contains("***") && !printed.contains("hunter2"), "{printed}");
        }
        let help = Line::command().render_long_help().to_string();
        assert!(help.contains("FLOORWALK_DATABASE_URL") && !help.contains("[env: FLOORWALK_DATABASE_URL="));
    }

    #[test]
    fn the_vault_lies_beside_the_data_and_never_in_it() {
        for data_dir in ["/srv/floorwalk", "/srv/floorwalk/", "/srv/./floorwalk/."] {
            let line = parse(&["--data-dir", data_dir]);
            let config = Config::new(&line.common, &environment(&[])).unwrap();
            assert_eq!(config.vault, Path::new("/srv/floorwalk-vault"), "{data_dir}");
        }
        let nowhere = Config::new(&parse(&["--data-dir", "/"]).common, &environment(&[]));
        assert!(matches!(nowhere, Err(ConfigError::NoPlaceForVault)));
    }

    #[test]
    fn without_a_home_directory_everything_must_be_said() {
        let nowhere = Environment::default();
        let url = ["--database-url", "postgres://db/care"];
        let said = parse(&[&url[..], &["--vault", "/srv/vault"]].concat());
        assert!(Config::new(&said.common, &nowhere).is_ok());
        let unsaid = Config::new(&parse(&url).common, &nowhere);
        // Root has a directory of its own.
        assert_eq!(unsaid.is_ok(), cluster::default_directory(None, None).is_some());
    }

    #[test]
    fn the_server_listens_on_this_machine_only_unless_told_otherwise() {
        assert!(parse(&[]).serve.listen.ip().is_loopback());
        assert!(parse(&[]).serve.metrics_listen.is_none());
    }

    #[test]
    fn several_trusted_proxies_come_with_commas() {
        let line = parse(&["--trusted-proxy", "10.0.0.0/8,fd00::/8"]);
        assert_eq!(line.serve.trusted_proxy.len(), 2);
        assert!(Line::try_parse_from(["server", "--trusted-proxy", "everybody"]).is_err());
    }

    #[test]
    fn a_public_url_is_an_address_and_nothing_more() {
        let url = |text: &str| parse_public_url(text).ok();
        assert_eq!(url("https://care.example/").as_deref(), Some("https://care.example"));
        assert_eq!(url("https://care.example/floorwalk").as_deref(), Some("https://care.example/floorwalk"));
        for wrong in ["", "care.example", "https://", "https:///x", "ftp://x", "https://x/#y", "https://u@x"]
        {
            assert_eq!(url(wrong), None, "{wrong}");
        }
        assert!(
            is_local("http://127.0.0.1:8787") && is_local("http://localhost") && is_local("http://[::1]:1")
        );
        assert!(!is_local("https://localhost.example") && !is_local("https://care.example"));
    }
}
