//! The families of commands that are described and not written: a family for each page of the dashboard that has no
//! file of its own here.

use anyhow::Result;
use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};

use super::acts::Shown::{Done, Made, Record, Table as List, Whether};
use super::acts::{Act, Body, Call, Table, chosen};
use super::remote::Target;

pub struct Family {
    pub name: &'static str,
    pub about: &'static str,
    pub example: &'static str,
    pub acts: &'static [Act],
}

const FILTERS: &[(&str, &str)] =
    &[("client_id", "Only of this application"), ("audience", "Only for this API, by its identifier")];
const WHOSE: &[(&str, &str)] = &[("identifier", "A phone number or an email address")];
const FORCE: &[(&str, &str)] = &[("force", "true leaves passkeys of the domain of today behind")];
const DAYS: &[(&str, &str)] = &[("from", "The first day, as YYYYMMDD"), ("to", "The last day, as YYYYMMDD")];

#[rustfmt::skip]
pub const FAMILIES: &[Family] = &[
    Family {
        name: "grants",
        about: "What applications may do at APIs: list, show, create, update, delete",
        example: "latchkey grants create client_id=my-job audience=https://api.example.com 'scope=[\"read:orders\"]'",
        acts: &[
            Act::new("list", "Every grant", "GET /client-grants", List(&Table {
                name: "client_grants",
                columns: &[("ID", "/id"), ("CLIENT", "/client_id"), ("AUDIENCE", "/audience"), ("SCOPE", "/scope")],
                none: "No application may call an API by itself yet. Let one: latchkey grants create --help",
            })).asks(FILTERS),
            Act::new("show", "One grant", "GET /client-grants/{id}", Record),
            Act::new("create", "Lets an application have tokens for an API", "POST /client-grants", Record)
                .takes(Body::Some, "latchkey grants create client_id=my-job audience=https://api.example.com 'scope=[]'"),
            Act::new("update", "Changes what it may do there", "PATCH /client-grants/{id}", Record)
                .takes(Body::Some, "latchkey grants update cgr_… 'scope=[\"read:orders\"]'"),
            Act::new("delete", "It gets no more tokens for that API", "DELETE /client-grants/{id}", Done("deleted")),
        ],
    },
    Family {
        name: "log-streams",
        about: "Where the log is delivered: list, show, create, update, delete, health, test, replay, rotate-secret",
        example: "latchkey log-streams create name=siem type=http sink.httpEndpoint=https://logs.example.com/in",
        acts: &[
            Act::new("list", "Every stream", "GET /log-streams", List(&Table {
                name: "",
                columns: &[("ID", "/id"), ("NAME", "/name"), ("STATUS", "/status"), ("ENDPOINT", "/sink/httpEndpoint")],
                none: "The log is delivered nowhere. Make a stream: latchkey log-streams create --help",
            })),
            Act::new("show", "One stream, without its secrets", "GET /log-streams/{id}", Record),
            Act::new("create", "Makes a stream; its secret is shown this once", "POST /log-streams", Made)
                .takes(Body::Some, "latchkey log-streams create name=siem type=http sink.httpEndpoint=https://logs.example.com/in \\\n      --secret-file sink.httpAuthorization=header.txt"),
            Act::new("update", "Changes a stream", "PATCH /log-streams/{id}", Record)
                .takes(Body::Some, "latchkey log-streams update lst_… status=paused"),
            Act::new("delete", "Deletes a stream", "DELETE /log-streams/{id}", Done("deleted")),
            Act::new("health", "How its delivery goes", "GET /log-streams/{id}/health", Record),
            Act::new("test", "Delivers one entry, and tells what the endpoint said", "POST /log-streams/{id}/test", Record),
            Act::new("replay", "Delivers anew from an entry or a time on", "POST /log-streams/{id}/replay", Record)
                .takes(Body::Some, "latchkey log-streams replay lst_… date=2026-11-01T00:00:00Z"),
            Act::new("rotate-secret", "Gives it a new secret, shown this once", "POST /log-streams/{id}/rotate-secret", Made)
                .takes(Body::Any, "latchkey log-streams rotate-secret lst_… overlap=86400"),
        ],
    },
    Family {
        name: "email-provider",
        about: "What sends mails: show, create, update, delete, try",
        example: "latchkey email-provider create name=smtp credentials.smtp_host=mail.example.com credentials.smtp_port=587 \\\n      credentials.smtp_user=codes --secret-file credentials.smtp_pass=password.txt \\\n      default_from_address=codes@example.com enabled=true",
        acts: &[
            Act::new("show", "The provider, without its secrets", "GET /emails/provider", Record),
            Act::new("create", "Sets it up", "POST /emails/provider", Record)
                .takes(Body::Some, "latchkey email-provider create --file provider.json"),
            Act::new("update", "Changes it", "PATCH /emails/provider", Record)
                .takes(Body::Some, "latchkey email-provider update default_from_address=codes@example.com"),
            Act::new("delete", "Forgets it", "DELETE /emails/provider", Done("deleted")),
            Act::new("try", "Sends a mail, and shows what the mail server said", "POST /emails/provider/try", Record)
                .takes(Body::Some, "latchkey email-provider try to=you@example.com"),
        ],
    },
    Family {
        name: "email-templates",
        about: "What mails say: show, create, update, replace",
        example: "latchkey email-templates show verify_email",
        acts: &[
            Act::new("show", "One template", "GET /email-templates/{name}", Record),
            Act::new("create", "Makes a template", "POST /email-templates", Record)
                .takes(Body::Some, "latchkey email-templates create --file template.json"),
            Act::new("update", "Changes a template", "PATCH /email-templates/{name}", Record)
                .takes(Body::Some, "latchkey email-templates update verify_email enabled=false"),
            Act::new("replace", "Replaces a template", "PUT /email-templates/{name}", Record)
                .takes(Body::Some, "latchkey email-templates replace verify_email --file template.json"),
        ],
    },
    Family {
        name: "phone-provider",
        about: "What sends text messages: list, show, create, update, delete, try",
        example: "latchkey phone-provider create name=twilio configuration.sid=AC… configuration.default_from=+15005550006 \\\n      'configuration.delivery_methods=[\"text\"]' --secret-file credentials.auth_token=token.txt",
        acts: &[
            Act::new("list", "Every provider", "GET /branding/phone/providers", List(&Table {
                name: "providers",
                columns: &[("ID", "/id"), ("NAME", "/name"), ("DISABLED", "/disabled"), ("SINCE", "/created_at")],
                none: "Nothing sends text messages yet. Set it up: latchkey phone-provider create --help",
            })),
            Act::new("show", "One provider, without its secrets", "GET /branding/phone/providers/{id}", Record),
            Act::new("create", "Sets one up", "POST /branding/phone/providers", Record)
                .takes(Body::Some, "latchkey phone-provider create --file provider.json"),
            Act::new("update", "Changes one", "PATCH /branding/phone/providers/{id}", Record)
                .takes(Body::Some, "latchkey phone-provider update pro_… disabled=true"),
            Act::new("delete", "Forgets one", "DELETE /branding/phone/providers/{id}", Done("deleted")),
            Act::new("try", "Sends a text message", "POST /branding/phone/providers/{id}/try", Record)
                .takes(Body::Some, "latchkey phone-provider try pro_… to=+14155550100"),
        ],
    },
    Family {
        name: "phone-templates",
        about: "What text messages say: list, show, create, update, delete, reset, try",
        example: "latchkey phone-templates list",
        acts: &[
            Act::new("list", "Every text", "GET /branding/phone/templates", List(&Table {
                name: "templates",
                columns: &[("ID", "/id"), ("TYPE", "/type"), ("DISABLED", "/disabled"), ("TEXT", "/content/body/text")],
                none: "There are no texts of yours: messages say what they say at first.",
            })),
            Act::new("show", "One text", "GET /branding/phone/templates/{id}", Record),
            Act::new("create", "Makes a text", "POST /branding/phone/templates", Record)
                .takes(Body::Some, "latchkey phone-templates create --file template.json"),
            Act::new("update", "Changes a text", "PATCH /branding/phone/templates/{id}", Record)
                .takes(Body::Some, "latchkey phone-templates update tem_… --file template.json"),
            Act::new("delete", "Deletes a text", "DELETE /branding/phone/templates/{id}", Done("deleted")),
            Act::new("reset", "Puts a text back to what it was at first", "PATCH /branding/phone/templates/{id}/reset", Record),
            Act::new("try", "Sends a text", "POST /branding/phone/templates/{id}/try", Record)
                .takes(Body::Some, "latchkey phone-templates try tem_… to=+14155550100"),
        ],
    },
    Family {
        name: "protection",
        about: "Against guessing and floods: show, update; who is held, and their release",
        example: "latchkey protection show brute-force-protection\n  latchkey protection held --identifier +14155550100\n  latchkey protection release --identifier +14155550100",
        acts: &[
            Act::new("show", "brute-force-protection, suspicious-ip-throttling, phone-provider-protection or breached-password-detection", "GET /attack-protection/{part}", Record),
            Act::new("update", "Changes one of them", "PATCH /attack-protection/{part}", Record)
                .takes(Body::Some, "latchkey protection update brute-force-protection max_attempts=5"),
            Act::new("held", "How an address is held", "GET /user-blocks", Record).asks(WHOSE),
            Act::new("release", "Forgets what failed on an address", "DELETE /user-blocks", Done("released")).asks(WHOSE),
            Act::new("user-held", "How a user is held", "GET /user-blocks/{user_id}", Record),
            Act::new("user-release", "Forgets what failed on the addresses of a user", "DELETE /user-blocks/{user_id}", Done("released")),
            Act::new("held-lately", "Which addresses were held in the last day, masked, and which IP addresses are", "GET /anomaly/blocks", Record),
            Act::new("limits", "How many messages go to a number, a country and all together", "GET /attack-protection/limits", Record),
            Act::new("ip-held", "Whether an IP address is held", "GET /anomaly/blocks/ips/{ip}", Whether("blocked")),
            Act::new("ip-release", "Lets an IP address try again", "DELETE /anomaly/blocks/ips/{ip}", Done("released")),
        ],
    },
    Family {
        name: "settings",
        about: "The tenant, its looks and its texts; what is left to set up",
        example: "latchkey settings update friendly_name=Acme support_email=help@acme.example\n  latchkey settings branding-update colors.primary=#0a7d55",
        acts: &[
            Act::new("show", "The settings of the tenant", "GET /tenants/settings", Record),
            Act::new("update", "Changes them", "PATCH /tenants/settings", Record)
                .takes(Body::Some, "latchkey settings update friendly_name=Acme"),
            Act::new("branding", "Logo and colours", "GET /branding", Record),
            Act::new("branding-update", "Changes them", "PATCH /branding", Record)
                .takes(Body::Some, "latchkey settings branding-update colors.primary=#0a7d55"),
            Act::new("prompts", "How the sign-in pages behave", "GET /prompts", Record),
            Act::new("prompts-update", "Changes it", "PATCH /prompts", Record)
                .takes(Body::Some, "latchkey settings prompts-update identifier_first=true"),
            Act::new("texts", "The texts of a page in a language", "GET /prompts/{prompt}/custom-text/{language}", Record),
            Act::new("texts-replace", "Replaces them", "PUT /prompts/{prompt}/custom-text/{language}", Record)
                .takes(Body::Some, "latchkey settings texts-replace login en --file texts.json"),
            Act::new("checklist", "What is left to set up", "GET /tenants/checklist", Record),
            Act::new("dry-run", "What of an Auth0 tenant would be left behind, and the rest as a file to import", "POST /migrate/dry-run", Record)
                .takes(Body::Some, "latchkey settings dry-run --file tenant.json"),
        ],
    },
    Family {
        name: "domains",
        about: "Domains of your own: list, show, create, update, delete, verify, default",
        example: "latchkey domains create domain=login.example.com type=self_managed_certs",
        acts: &[
            Act::new("list", "Every domain", "GET /custom-domains", List(&Table {
                name: "custom_domains",
                columns: &[("ID", "/custom_domain_id"), ("DOMAIN", "/domain"), ("STATUS", "/status")],
                none: "There are no domains beside the server's own. Note one: latchkey domains create --help",
            })),
            Act::new("show", "One domain", "GET /custom-domains/{id}", Record),
            Act::new("create", "Notes a domain", "POST /custom-domains", Record)
                .takes(Body::Some, "latchkey domains create domain=login.example.com type=self_managed_certs").asks(FORCE),
            Act::new("update", "Changes a domain", "PATCH /custom-domains/{id}", Record)
                .takes(Body::Some, "latchkey domains update cd_… tls_policy=recommended").asks(FORCE),
            Act::new("delete", "Forgets a domain", "DELETE /custom-domains/{id}", Done("deleted")).asks(FORCE),
            Act::new("verify", "Looks whether it leads here", "POST /custom-domains/{id}/verify", Record),
            Act::new("default", "The default domain", "GET /custom-domains/default", Record),
            Act::new("default-update", "Changes the default domain", "PATCH /custom-domains/default", Record)
                .takes(Body::Some, "latchkey domains default-update domain=login.example.com"),
        ],
    },
    Family {
        name: "passkeys",
        about: "Passkeys of the whole tenant: domain (of one user: latchkey users methods)",
        example: "latchkey passkeys domain",
        acts: &[
            Act::new("domain", "The domain, the apps and files for it, and what is wrong with them", "GET /passkeys/domain", Record),
        ],
    },
    Family {
        name: "jobs",
        about: "Imports and exports under way: show, errors",
        example: "latchkey jobs show job_…",
        acts: &[
            Act::new("show", "How far a job is", "GET /jobs/{id}", Record),
            Act::new("errors", "Which records came to nothing", "GET /jobs/{id}/errors", List(&Table {
                name: "",
                columns: &[("USER", "/user/user_id"), ("EMAIL", "/user/email"), ("CODE", "/errors/0/code"), ("MESSAGE", "/errors/0/message")],
                none: "Every record came in.",
            })),
        ],
    },
    Family {
        name: "stats",
        about: "Figures: activity, daily, credentials, active-users",
        example: "latchkey stats activity --days 30\n  latchkey stats daily --from 20261101 --to 20261130",
        acts: &[
            Act::new("activity", "What happened by day, country, sender and factor", "GET /stats/activity", Record)
                .asks(&[("days", "The last so many days"), ("from", "The first day, as YYYYMMDD"), ("to", "The last day, as YYYYMMDD")]),
            Act::new("daily", "Sign-ins by the day", "GET /stats/daily", List(&Table {
                name: "",
                columns: &[("DAY", "/date"), ("LOGINS", "/logins"), ("SIGN-UPS", "/signups")],
                none: "Nobody signed in on these days.",
            })).asks(DAYS),
            Act::new("credentials", "How many have passkeys and keys of devices", "GET /stats/credentials", Record),
            Act::new("active-users", "How many signed in within thirty days", "GET /stats/active-users", Record),
        ],
    },
    Family {
        name: "sessions",
        about: "Where people are signed in: show, update, delete, revoke (of one user: latchkey users sessions)",
        example: "latchkey sessions revoke SESSION_ID",
        acts: &[
            Act::new("show", "One session", "GET /sessions/{id}", Record),
            Act::new("update", "Changes what is noted with it", "PATCH /sessions/{id}", Record)
                .takes(Body::Some, "latchkey sessions update SESSION_ID session_metadata.ticket=42"),
            Act::new("delete", "Ends it", "DELETE /sessions/{id}", Done("deleted")),
            Act::new("revoke", "Ends it and its refresh tokens", "POST /sessions/{id}/revoke", Done("revoked")),
        ],
    },
    Family {
        name: "refresh-tokens",
        about: "Refresh tokens: list, show, update, delete, revoke (of one user: latchkey users refresh-tokens)",
        example: "latchkey refresh-tokens list --user-id 'sms|…'\n  latchkey refresh-tokens revoke 'user_id=sms|…' client_id=my-app",
        acts: &[
            Act::new("list", "Those of a user at an application", "GET /refresh-tokens", List(&Table {
                name: "refresh_tokens",
                columns: TOKENS,
                none: "There are no such refresh tokens.",
            })).asks(&[("user_id", "Only of this user"), ("client_id", "Only of this application")]),
            Act::new("show", "One refresh token", "GET /refresh-tokens/{id}", Record),
            Act::new("update", "Changes what is noted with it", "PATCH /refresh-tokens/{id}", Record)
                .takes(Body::Some, "latchkey refresh-tokens update TOKEN_ID refresh_token_metadata.ticket=42"),
            Act::new("delete", "Revokes it", "DELETE /refresh-tokens/{id}", Done("deleted")),
            Act::new("revoke", "Revokes many", "POST /refresh-tokens/revoke", Done("revoked"))
                .takes(Body::Some, "latchkey refresh-tokens revoke 'user_id=sms|…'"),
        ],
    },
    Family {
        name: "devices",
        about: "What devices hold: list, rename, delete",
        example: "latchkey devices list --user-id 'sms|…'",
        acts: &[
            Act::new("list", "What the devices of a user hold", "GET /device-credentials", List(&Table {
                name: "device_credentials",
                columns: &[("ID", "/id"), ("TYPE", "/type"), ("DEVICE", "/device_name"), ("CLIENT", "/client_id"), ("USER", "/user_id")],
                none: "No device holds anything.",
            })).asks(&[("user_id", "Only of this user"), ("client_id", "Only of this application"), ("type", "public_key, refresh_token or rotating_refresh_token")]),
            Act::new("rename", "Names the device of a key", "PATCH /device-credentials/{id}", Record)
                .takes(Body::Some, "latchkey devices rename dcr_… 'device_name=Work phone'"),
            Act::new("delete", "Takes it away", "DELETE /device-credentials/{id}", Done("deleted")),
        ],
    },
];

pub const TOKENS: &[(&str, &str)] =
    &[("ID", "/id"), ("CLIENT", "/client_id"), ("SINCE", "/created_at"), ("USED", "/last_exchanged_at")];

/// The family and the act that were typed.
pub struct Families {
    target: Target,
    call: Call,
}

impl Families {
    pub async fn run(self) -> Result<()> {
        self.target.with(async |api| self.call.run(api, self.target.json).await).await
    }
}

impl FromArgMatches for Families {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let family = FAMILIES.iter().find(|family| family.name == name).ok_or_else(missing)?;
        Ok(Self { target: Target::from_arg_matches(matches)?, call: chosen(family.acts, matches)? })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Subcommand for Families {
    fn augment_subcommands(command: Command) -> Command {
        command.subcommands(FAMILIES.iter().map(|family| {
            // First, since they bring a description of their own.
            Target::augment_args(Command::new(family.name))
                .about(family.about)
                .after_help(format!("Example:\n  {}", family.example))
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommands(family.acts.iter().map(Act::command))
        }))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        FAMILIES.iter().any(|family| family.name == name)
    }
}
