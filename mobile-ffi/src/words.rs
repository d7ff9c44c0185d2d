//! Owns what a person reads when something was not done, in the three languages of the people. An app may say it better,
//! as it knows the screen; this is the last word where it says nothing.

use crate::error::{ClientError, StorageProblem};
use sync_core::content::Language;

/// What a person reads about an error: what happened, and what to do. Holds nothing that anybody wrote.
#[uniffi::export]
pub fn user_message(error: &ClientError, language: Language) -> String {
    let [english, romanian, chinese] = messages(error);
    match language {
        Language::En => english,
        Language::Ro => romanian,
        Language::Zh => chinese,
    }
    .to_owned()
}

const fn messages(error: &ClientError) -> [&'static str; 3] {
    match error {
        ClientError::NotEnrolled => [
            "This phone is not connected to your team yet. Scan an invitation.",
            "Telefonul nu este încă legat de echipa ta. Scanează o invitație.",
            "此手机尚未加入您的团队。请扫描邀请码。",
        ],
        ClientError::Asleep => [
            "The app was asleep. Please try again.",
            "Aplicația era în repaus. Încearcă din nou.",
            "应用处于休眠状态，请重试。",
        ],
        ClientError::NotFound { .. } => [
            "This is not on your phone any more.",
            "Acest lucru nu mai este pe telefonul tău.",
            "此内容已不在您的手机上。",
        ],
        ClientError::NotHere { .. } => [
            "This has not arrived yet. It comes with the next sync.",
            "Încă nu a sosit. Vine la următoarea sincronizare.",
            "内容尚未到达，将在下次同步时送达。",
        ],
        ClientError::Invalid { .. } => [
            "This cannot be saved as it is. Nothing was changed.",
            "Nu se poate salva așa. Nimic nu s-a schimbat.",
            "无法这样保存，未作任何更改。",
        ],
        ClientError::WrongKey => [
            "Your notes cannot be unlocked now. Unlock the phone and try again.",
            "Notițele tale nu pot fi deblocate acum. Deblochează telefonul și încearcă din nou.",
            "目前无法解锁您的笔记。请解锁手机后重试。",
        ],
        ClientError::Storage { problem, .. } => storage(*problem),
        ClientError::Network { needs_login: true, .. } => [
            "This network wants you to log in first. Your notes are safe on this phone.",
            "Rețeaua cere întâi autentificare. Notițele tale sunt în siguranță pe telefon.",
            "此网络需要先登录。您的笔记已安全保存在手机上。",
        ],
        ClientError::Network { .. } => [
            "No connection. Your notes are safe on this phone and are sent later.",
            "Fără conexiune. Notițele tale sunt în siguranță pe telefon și se trimit mai târziu.",
            "没有网络连接。您的笔记已安全保存在手机上，稍后发送。",
        ],
        ClientError::Refused { .. } => [
            "The server does not answer this phone now. Your notes are safe on it; try again later.",
            "Serverul nu răspunde acum acestui telefon. Notițele tale sunt în siguranță; încearcă mai târziu.",
            "服务器目前不响应此手机。您的笔记已安全保存，请稍后重试。",
        ],
        ClientError::Fault { .. } => [
            "Something went wrong in the app. Please report it.",
            "Ceva nu a mers bine în aplicație. Te rugăm să raportezi.",
            "应用出现问题，请报告。",
        ],
    }
}

const fn storage(problem: StorageProblem) -> [&'static str; 3] {
    match problem {
        StorageProblem::Full => [
            "This phone is full. Free some space and try again.",
            "Telefonul este plin. Eliberează spațiu și încearcă din nou.",
            "手机存储空间已满。请清理后重试。",
        ],
        StorageProblem::TooNew => [
            "A newer version of the app was used here. Please update the app.",
            "Aici s-a folosit o versiune mai nouă a aplicației. Actualizeaz-o.",
            "此处使用过更新版本的应用，请更新应用。",
        ],
        StorageProblem::OtherAccount => [
            "This belongs to another person's account.",
            "Aparține contului altei persoane.",
            "这属于另一个人的账户。",
        ],
        StorageProblem::Damaged => [
            "Part of the notes on this phone is damaged. What was sent comes again with the next sync.",
            "O parte din notițele de pe telefon este deteriorată. Ce s-a trimis revine la următoarea sincronizare.",
            "手机上的部分笔记已损坏。已发送的内容将在下次同步时恢复。",
        ],
        StorageProblem::Busy => [
            "The phone's storage is busy. Please try again.",
            "Memoria telefonului este ocupată. Încearcă din nou.",
            "手机存储正忙，请重试。",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_words_of_its_own_in_each_language() {
        let all = [
            ClientError::NotEnrolled,
            ClientError::Asleep,
            ClientError::NotFound { what: String::new() },
            ClientError::Invalid { detail: String::new() },
            ClientError::WrongKey,
            ClientError::Network { needs_login: true, detail: String::new() },
            ClientError::Network { needs_login: false, detail: String::new() },
            ClientError::Refused { code: String::new(), retry_after_ms: None },
            ClientError::Fault { detail: String::new() },
            ClientError::Storage { problem: StorageProblem::Full, detail: String::new() },
            ClientError::Storage { problem: StorageProblem::TooNew, detail: String::new() },
            ClientError::Storage { problem: StorageProblem::OtherAccount, detail: String::new() },
            ClientError::Storage { problem: StorageProblem::Damaged, detail: String::new() },
            ClientError::Storage { problem: StorageProblem::Busy, detail: String::new() },
        ];
        for language in [Language::En, Language::Ro, Language::Zh] {
            let words: std::collections::BTreeSet<_> =
                all.iter().map(|error| user_message(error, language)).collect();
            assert_eq!(words.len(), all.len());
        }
        let romanian = all.iter().map(|error| user_message(error, Language::Ro)).collect::<String>();
        assert!(!romanian.contains(['ş', 'ţ']), "comma below, not cedilla");
    }
}
