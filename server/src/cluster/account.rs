//! Under which account Postgres runs, and whether that account can get to where it has to. Changes nothing.

use std::{
    fmt, fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use super::{ClusterError, layout::Layout};

/// Accounts to step down to from root, best first: one made for Postgres, then one that every system has.
const STEP_DOWN: [&str; 2] = ["postgres", "nobody"];

/// An unprivileged account that root steps down to before running a Postgres program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    name: Option<String>,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => f.write_str(name),
            None => write!(f, "number {}", self.uid),
        }
    }
}

/// Who owns a file.
#[derive(Debug, Clone, Copy)]
struct Owner {
    uid: u32,
    gid: u32,
}

/// The account that Postgres runs under: none when the server is not root and simply stays who it is.
pub(super) fn choose(layout: &Layout) -> Result<Option<Account>, ClusterError> {
    let data = layout.data();
    let owner_of_data = owner(&data).map_err(ClusterError::file("read", &data))?;
    let euid = rustix::process::geteuid();
    if !euid.is_root() {
        return match owner_of_data {
            Some(owner) if owner.uid != euid.as_raw() => {
                Err(ClusterError::OtherOwner { path: data, owner: owner.uid })
            }
            _ => Ok(None),
        };
    }
    if owner_of_data.is_some_and(|owner| owner.uid == 0) {
        return Err(ClusterError::OwnedByRoot { path: data });
    }
    let owner_of_directory =
        owner(layout.directory()).map_err(ClusterError::file("read", layout.directory()))?;
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    step_down(owner_of_data, owner_of_directory, &passwd).map(Some).ok_or(ClusterError::NoAccount)
}

/// Whoever owns the data already, else whoever the directory was made for, else an account of the system.
fn step_down(data: Option<Owner>, directory: Option<Owner>, passwd: &str) -> Option<Account> {
    let entries: Vec<Account> = passwd.lines().filter_map(entry).collect();
    if let Some(owner) = data.or(directory.filter(|owner| owner.uid != 0)) {
        let known = entries.into_iter().find(|entry| entry.uid == owner.uid);
        return Some(known.unwrap_or(Account { name: None, uid: owner.uid, gid: owner.gid }));
    }
    let named = |name: &&str| entries.iter().find(|entry| entry.name.as_deref() == Some(*name)).cloned();
    STEP_DOWN.iter().find_map(named)
}

fn entry(line: &str) -> Option<Account> {
    let mut fields = line.split(':');
    let name = fields.next()?.to_owned();
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some(Account { name: Some(name), uid, gid })
}

/// Fail with the directory to blame if the account cannot get through to `target`.
///
/// Checked before anything is made there, because Postgres would only say "Permission denied".
pub(super) fn check_passage(account: Option<&Account>, target: &Path) -> Result<(), ClusterError> {
    let Some(account) = account else { return Ok(()) };
    let steps = steps_to(target).map_err(ClusterError::file("follow the way to", target))?;
    let Some(closed) = first_closed(&steps, account) else { return Ok(()) };
    Err(ClusterError::Unreachable {
        account: account.to_string(),
        target: target.to_path_buf(),
        closed: closed.path.clone(),
        mode: closed.mode & 0o7777,
    })
}

/// One directory on the way.
#[derive(Debug)]
struct Step {
    path: PathBuf,
    owner: Owner,
    mode: u32,
}

fn steps_to(target: &Path) -> io::Result<Vec<Step>> {
    let step = |path: &Path| {
        let found = fs::metadata(path)?;
        let owner = Owner { uid: found.uid(), gid: found.gid() };
        Ok(Step { path: path.to_path_buf(), owner, mode: found.mode() })
    };
    let mut steps: Vec<Step> = target.ancestors().map(step).collect::<io::Result<_>>()?;
    steps.reverse();
    Ok(steps)
}

fn first_closed<'a>(steps: &'a [Step], account: &Account) -> Option<&'a Step> {
    steps.iter().find(|step| {
        let may_pass = match step.owner {
            owner if owner.uid == account.uid => 0o100,
            owner if owner.gid == account.gid => 0o010,
            _ => 0o001,
        };
        step.mode & may_pass == 0
    })
}

fn owner(path: &Path) -> io::Result<Option<Owner>> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(Owner { uid: found.uid(), gid: found.gid() })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
                          nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n\
                          postgres:x:106:112:PostgreSQL,,,:/var/lib/postgresql:/bin/bash\n";
    const ROOT: Owner = Owner { uid: 0, gid: 0 };

    fn name(account: Option<Account>) -> String {
        account.expect("an account").to_string()
    }

    #[test]
    fn root_steps_down_to_postgres_and_without_it_to_nobody() {
        let without = PASSWD.replace("postgres:", "mysql:");

        assert_eq!(name(step_down(None, Some(ROOT), PASSWD)), "postgres");
        assert_eq!(name(step_down(None, Some(ROOT), &without)), "nobody");
        assert_eq!(step_down(None, Some(ROOT), "root:x:0:0::/:/bin/sh"), None);
    }

    #[test]
    fn existing_data_keeps_its_account_even_after_a_better_one_was_added() {
        let nobody = Owner { uid: 65534, gid: 65534 };

        assert_eq!(name(step_down(Some(nobody), Some(ROOT), PASSWD)), "nobody");
    }

    #[test]
    fn a_directory_made_for_an_account_is_used_by_that_account() {
        let service = Owner { uid: 990, gid: 991 };

        let chosen = step_down(None, Some(service), PASSWD).expect("an account");

        assert_eq!((chosen.uid, chosen.gid, chosen.to_string()), (990, 991, "number 990".to_owned()));
    }

    #[test]
    fn the_first_directory_without_passage_is_the_one_to_blame() {
        let step = |path: &str, owner, mode| Step { path: path.into(), owner, mode };
        let postgres = Account { name: None, uid: 106, gid: 112 };
        let open = [step("/", ROOT, 0o755), step("/var", ROOT, 0o711)];
        let home = [step("/", ROOT, 0o755), step("/root", ROOT, 0o700), step("/root/data", ROOT, 0o700)];

        assert!(first_closed(&open, &postgres).is_none());
        assert_eq!(first_closed(&home, &postgres).map(|step| step.path.as_path()), Some(Path::new("/root")));
    }

    #[test]
    fn passage_is_judged_by_the_one_class_that_applies() {
        let postgres = Account { name: None, uid: 106, gid: 112 };
        let step = |uid, gid, mode| [Step { path: "/data".into(), owner: Owner { uid, gid }, mode }];

        assert!(first_closed(&step(106, 0, 0o700), &postgres).is_none());
        assert!(first_closed(&step(0, 112, 0o710), &postgres).is_none());
        assert!(first_closed(&step(106, 0, 0o077), &postgres).is_some());
        assert!(first_closed(&step(0, 112, 0o701), &postgres).is_some());
    }
}
