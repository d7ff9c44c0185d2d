//! Owns how invitations look: the link, and the same as a QR code in the terminal; many as lines.

use super::report::{Report, table};
use crate::config::is_local;
use crate::name::Name;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde_json::{Value, json};
use std::io::IsTerminal;
use sync_core::time::Timestamp;
use sync_core::wire::Invitation;

/// Whether the code can say which colours it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// In a terminal, dark or light: scanners need dark on light.
    Colours,
    /// In a file.
    Plain,
}

impl Paint {
    /// What standard output takes.
    pub(super) fn of_stdout() -> Self {
        if std::io::stdout().is_terminal() { Self::Colours } else { Self::Plain }
    }
}

/// What to print for invitations. They are secrets until they are used, and printed nowhere else.
pub(super) fn report(made: &[(Invitation, Name)], expires_at: Timestamp, paint: Paint) -> Report {
    let until = expires_at.to_string();
    let (mut text, json) = match made {
        [(invitation, name)] => {
            let link = invitation.to_link();
            let drawn = qr(&link, paint);
            let name = name.as_str();
            let text = format!("Invitation for {name}. It works once, until {until}:\n\n{link}\n\n{drawn}");
            (text, said(invitation, name, &until))
        }
        // Codes of a whole floor would only scroll away.
        many => {
            let row = |(invitation, name): &(Invitation, Name)| {
                vec![name.as_str().to_owned(), invitation.to_link()]
            };
            let lines = table(&["PERSON", "LINK"], &many.iter().map(row).collect::<Vec<_>>());
            let json = many.iter().map(|(invitation, name)| said(invitation, name.as_str(), &until));
            (format!("Each works once, until {until}:\n\n{lines}\n"), json.collect())
        }
    };
    text.push_str(made.first().map_or("", |(invitation, _)| warning(&invitation.url)));
    Report { text, json }
}

fn said(invitation: &Invitation, person_name: &str, until: &str) -> Value {
    json!({ "link": invitation.to_link(), "person_name": person_name, "expires_at": until })
}

fn warning(url: &str) -> &'static str {
    if is_local(url) {
        "\nSuch a link works on this machine only. For phones, give --public-url https://...\n"
    } else if url.starts_with("http://") {
        "\nSuch a link is without TLS: others on the way can read everything. Use https://.\n"
    } else {
        ""
    }
}

fn qr(link: &str, paint: Paint) -> String {
    // A link is far below what a code can hold; were it not, the link above is enough.
    let Ok(code) = QrCode::new(link) else { return String::new() };
    let drawn = code.render::<Dense1x2>().quiet_zone(true).build();
    let line = |line: &str| match paint {
        Paint::Colours => format!("\x1b[30;107m{line}\x1b[0m\n"),
        Paint::Plain => format!("{line}\n"),
    };
    drawn.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation(url: &str, name: &str) -> (Invitation, Name) {
        let invitation = Invitation { url: url.into(), code: "c0de".into(), server_id: "5e1f".into() };
        (invitation, name.parse().unwrap())
    }

    #[test]
    fn an_invitation_is_printed_as_link_and_qr_code() {
        let made = [invitation("https://care.example", "Ana")];
        let report = report(&made, Timestamp(1_774_000_000_000), Paint::Plain);
        assert!(report.text.contains("https://care.example/#invite=c0de&server=5e1f"));
        assert!(report.text.contains("Ana") && report.text.contains("2026-03-20T09:46:40Z"));
        assert!(report.text.lines().filter(|line| line.contains('█')).count() > 10);
        assert!(!report.text.contains("--public-url") && !report.text.contains("TLS"));
        assert_eq!(report.json["link"], "https://care.example/#invite=c0de&server=5e1f");
    }

    #[test]
    fn a_floor_is_printed_as_a_line_for_each() {
        let made = [invitation("https://care.example", "Ana"), invitation("https://care.example", "Bogdan")];
        let report = report(&made, Timestamp(1_774_000_000_000), Paint::Plain);
        insta::assert_snapshot!(report.text.trim_end(), @r"
        Each works once, until 2026-03-20T09:46:40Z:

        PERSON  LINK
        Ana     https://care.example/#invite=c0de&server=5e1f
        Bogdan  https://care.example/#invite=c0de&server=5e1f
        ");
        assert_eq!(report.json[1]["person_name"], "Bogdan");
    }

    #[test]
    fn in_a_terminal_the_code_is_dark_on_light_whatever_the_theme() {
        let drawn = qr("https://care.example", Paint::Colours);
        assert!(drawn.lines().all(|line| line.starts_with("\x1b[30;107m") && line.ends_with("\x1b[0m")));
    }

    #[test]
    fn a_link_that_no_phone_can_use_safely_says_so() {
        let text = |url| report(&[invitation(url, "Ana")], Timestamp(0), Paint::Plain).text;
        assert!(text("http://127.0.0.1:8787").contains("this machine only"));
        assert!(text("http://care.example").contains("without TLS"));
    }
}
