//! The screens of the dashboard, as the navigation lists them.

pub struct Group {
    /// Empty for the first screens, which need no heading.
    pub name: &'static str,
    pub screens: &'static [Screen],
}

pub struct Screen {
    pub path: &'static str,
    pub name: &'static str,
}

const fn screen(path: &'static str, name: &'static str) -> Screen {
    Screen { path, name }
}

pub const GROUPS: &[Group] = &[
    Group {
        name: "",
        screens: &[screen("/dashboard/start", "Getting started"), screen("/dashboard/activity", "Activity")],
    },
    Group {
        name: "Applications",
        screens: &[screen("/dashboard/applications", "Applications"), screen("/dashboard/apis", "APIs")],
    },
    Group { name: "Connections", screens: &[screen("/dashboard/connections/passwordless", "Passwordless")] },
    Group { name: "People", screens: &[screen("/dashboard/users", "Users")] },
    Group {
        name: "Messages",
        screens: &[
            screen("/dashboard/email", "Email provider"),
            screen("/dashboard/phone", "Phone provider"),
        ],
    },
    Group { name: "Security", screens: &[screen("/dashboard/protection", "Attack protection")] },
    Group {
        name: "Logs",
        screens: &[screen("/dashboard/logs", "Logs"), screen("/dashboard/streams", "Streams")],
    },
    Group {
        name: "Settings",
        screens: &[
            screen("/dashboard/settings", "General"),
            screen("/dashboard/keys", "Signing keys"),
            screen("/dashboard/admins", "Administrators"),
        ],
    },
];
