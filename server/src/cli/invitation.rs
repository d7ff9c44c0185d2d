//! Owns how an invitation looks: the link, and the same as a QR code in the terminal.

use super::report::Report;
use crate::config::is_local;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde_json::json;
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

/// What to print for an invitation. It is a secret until it is used, and printed nowhere else.
pub(super) fn report(
    invitation: &Invitation,
    person_name: &str,
    expires_at: Timestamp,
    paint: Paint,
) -> Report {
    let link = invitation.to_link();
    let until = expires_at.to_string();
    let mut text = format!(
        "Invitation for {person_name}. It works once, until {until}:\n\n{link}\n\n{}",
        qr(&link, paint)
    );
    if is_local(&invitation.url) {
        text.push_str("\nThis link works on this machine only. For phones, give --public-url https://...\n");
    } else if invitation.url.starts_with("http://") {
        text.push_str("\nThis link is without TLS: others on the way can read everything. Use https://.\n");
    }
    Report { text, json: json!({ "link": link, "person_name": person_name, "expires_at": until }) }
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

    fn invitation(url: &str) -> Invitation {
        Invitation { url: url.into(), code: "c0de".into(), server_id: "5e1f".into() }
    }

    #[test]
    fn an_invitation_is_printed_as_link_and_qr_code() {
        let report =
            report(&invitation("https://care.example"), "Ana", Timestamp(1_774_000_000_000), Paint::Plain);
        assert!(report.text.contains("https://care.example/#invite=c0de&server=5e1f"));
        assert!(report.text.contains("Ana") && report.text.contains("2026-03-20T09:46:40Z"));
        assert!(report.text.lines().filter(|line| line.contains('█')).count() > 10);
        assert!(!report.text.contains("--public-url") && !report.text.contains("TLS"));
        assert_eq!(report.json["link"], "https://care.example/#invite=c0de&server=5e1f");
    }

    #[test]
    fn in_a_terminal_the_code_is_dark_on_light_whatever_the_theme() {
        let drawn = qr("https://care.example", Paint::Colours);
        assert!(drawn.lines().all(|line| line.starts_with("\x1b[30;107m") && line.ends_with("\x1b[0m")));
    }

    #[test]
    fn a_link_that_no_phone_can_use_safely_says_so() {
        let text = |url| report(&invitation(url), "Ana", Timestamp(0), Paint::Plain).text;
        assert!(text("http://127.0.0.1:8787").contains("this machine only"));
        assert!(text("http://care.example").contains("without TLS"));
    }
}
