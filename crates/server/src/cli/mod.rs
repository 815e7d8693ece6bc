//! The command line. One command, one file; `--json` wherever something is shown. Exit codes: 0 ok,
//! 1 failed, 2 usage.

mod acts;
mod admins;
mod api;
mod apis;
mod call;
mod check;
mod client_changes;
mod clients;
mod completions;
mod config_reference;
mod connections;
mod decode;
mod dev;
mod export;
mod families;
mod form;
mod import;
mod init;
mod inventory;
mod jobs;
mod keys;
mod login;
mod logs;
mod migrate;
mod opened;
mod pairs;
mod remote;
mod serve;
mod show;
mod user_acts;
mod users;
mod version;
mod whole;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

/// Signs people in without a password, by a code in an SMS, and speaks Auth0's wire.
#[derive(Parser)]
#[command(name = "latchkey", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  latchkey dev                                   try everything on this machine
  latchkey login --sms +14155550100              then sign in to it, as an app does
  latchkey init && latchkey check                write latchkey.toml, then see whether it would work
  latchkey serve --config latchkey.toml          go live
  latchkey clients create my-app --type native --name 'My app'
  latchkey api                                   every call of the Management API

Commands that list, show and change things speak to the server of this machine by its socket; where none runs, to
its store; and with --url and --token (LATCHKEY_URL, LATCHKEY_TOKEN) to a server elsewhere.";

#[derive(Subcommand)]
enum Command {
    /// Runs on this machine with demo clients, TLS and an inbox in place of a phone
    Dev(dev::Dev),
    /// Runs in production
    Serve(serve::Serve),
    /// Writes a commented latchkey.toml
    Init(init::Init),
    /// Looks at configuration, store, keys, senders and clock, and says what is wrong
    Check(check::Check),
    /// Brings the store to this version's schema
    Migrate(migrate::Migrate),
    /// Signing keys: list, rotate, revoke
    Keys(keys::Keys),
    /// Applications: list, show, create, update, delete; their connections, keys and secrets
    Clients(clients::Clients),
    /// Ways in: list, show, create, update, delete; for which applications; preview and try
    Connections(connections::Connections),
    /// APIs and their permissions: list, show, create, update, delete, permit, forbid
    Apis(apis::Apis),
    /// Who may use the dashboard: list, add, role, remove, link, sessions
    Admins(admins::Admins),
    /// Users: list, show, create, update, block, delete, sign out, link; their sessions, tokens, log and consents
    Users(users::Users),
    #[command(flatten)]
    Family(families::Families),
    /// Any call of the Management API; without arguments, every call and the command that makes it
    Api(call::Call),
    /// Brings a file of users into a running server
    Import(import::Import),
    /// Writes the users of a running server to a file
    Export(export::Export),
    /// The audit log
    Logs(logs::Logs),
    /// Signs you in, as an app does: asks for your number or email address, then for the code
    Login(login::Login),
    /// Shows what a token says (from standard input: a JWT, or an answer of /oauth/token)
    Decode(decode::Decode),
    /// Writes completions for a shell
    Completions(completions::Completions),
    /// Shows the version
    Version(version::Version),
    #[command(hide = true)]
    ConfigReference,
}

/// Where the configuration is.
#[derive(Args, Clone)]
pub struct ConfigArg {
    /// The configuration file
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

impl ConfigArg {
    /// The named file, or `latchkey.toml` where there is one, or the defaults.
    pub fn load(&self) -> Result<crate::config::Config> {
        Ok(crate::config::load(self.file().as_deref(), std::env::vars())?)
    }

    /// `None` where the defaults hold.
    pub fn file(&self) -> Option<PathBuf> {
        let usual = PathBuf::from("latchkey.toml");
        self.config.clone().or_else(|| usual.exists().then_some(usual))
    }
}

pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Dev(dev) => block_on(dev.run()),
        Command::Serve(serve) => block_on(serve.run()),
        Command::Init(init) => init.run(),
        Command::Check(check) => block_on(check.run()),
        Command::Migrate(migrate) => block_on(migrate.run()),
        Command::Keys(keys) => block_on(keys.run()),
        Command::Clients(clients) => block_on(clients.run()),
        Command::Connections(connections) => block_on(connections.run()),
        Command::Apis(apis) => block_on(apis.run()),
        Command::Admins(admins) => block_on(admins.run()),
        Command::Users(users) => block_on(users.run()),
        Command::Family(family) => block_on(family.run()),
        Command::Api(call) => block_on(call.run()),
        Command::Import(import) => block_on(import.run()),
        Command::Export(export) => block_on(export.run()),
        Command::Logs(logs) => block_on(logs.run()),
        Command::Login(login) => block_on(login.run()),
        Command::Decode(decode) => decode.run(),
        Command::Completions(completions) => completions.run(),
        Command::Version(version) => version.run(),
        Command::ConfigReference => config_reference::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("latchkey: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn block_on(work: impl Future<Output = Result<()>>) -> Result<()> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    tokio::runtime::Builder::new_multi_thread().worker_threads(cores).enable_all().build()?.block_on(work)
}

/// The clap command, for completions.
fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}
