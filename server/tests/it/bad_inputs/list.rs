//! The list of bad inputs says the truth: no number is left out, and every test that it names is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const COUNT: usize = 120;
/// What a row says of an input that no test here plays.
const UNPLAYED: [&str; 2] = ["does not exist here: ", "elsewhere: "];
const SOURCES: [&str; 4] = ["server", "sync-core", "tests", "mobile-ffi"];

/// A row of the table: a number, and how the input is proven to be harmless.
struct Row {
    number: usize,
    proof: String,
}

impl Row {
    /// The names in backquotes.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.proof.split('`').skip(1).step_by(2)
    }

    fn is_unplayed(&self) -> bool {
        UNPLAYED.iter().any(|word| self.proof.strip_prefix(word).is_some_and(|why| !why.is_empty()))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(root().join("docs/bad-inputs.md")).unwrap();
    let cells = |line: &str| {
        line.split(" | ").map(|cell| cell.trim_matches(['|', ' ']).to_owned()).collect::<Vec<_>>()
    };
    let row =
        |cells: Vec<String>| Some(Row { number: cells.first()?.parse().ok()?, proof: cells.get(3)?.clone() });
    text.lines().filter(|line| line.starts_with("| ")).map(cells).filter_map(row).collect()
}

/// The files below a directory in which tests are written.
fn files(directory: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let is_source =
            path.extension().is_some_and(|ending| ["rs", "kt", "py"].iter().any(|known| ending == *known));
        if entry.file_type().unwrap().is_dir() && !path.ends_with("target") {
            files(&path, found);
        } else if is_source {
            found.push((path.clone(), fs::read_to_string(&path).unwrap()));
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    SOURCES.iter().for_each(|directory| files(&root().join(directory), &mut found));
    found
}

/// What may be the name of a test in this file: of a function, of a line in a table of refusals, of a case or a story.
fn names_in(source: &str) -> impl Iterator<Item = &str> {
    let called = |word| source.split(word).skip(1).filter_map(|after: &str| Some(after.split_once('(')?.0));
    let listed = source.lines().filter_map(|line| Some(line.trim_start().split_once(" => ")?.0));
    called("fn ").chain(called("def ")).chain(listed).chain(source.split('"'))
}

#[test]
fn every_number_has_a_row_and_says_where_it_is_proven() {
    let rows = rows();
    let numbers: BTreeSet<usize> = rows.iter().map(|row| row.number).collect();
    assert_eq!((rows.len(), numbers), (COUNT, (1..=COUNT).collect()));
    for row in &rows {
        assert!(row.names().next().is_some() != row.is_unplayed(), "{}: {}", row.number, row.proof);
    }
}

/// Whether a file of this suite has a case of this number; how its lines are broken does not matter.
fn plays(source: &str, number: usize) -> bool {
    let source: String = source.split_whitespace().collect();
    source.contains(&format!("({number},\"")) || source.contains(&format!("\"{number}:"))
}

#[test]
fn every_test_that_the_list_names_is_there() {
    let sources = sources();
    let mut places: BTreeMap<&str, Vec<&(PathBuf, String)>> = BTreeMap::new();
    for source in &sources {
        names_in(&source.1).for_each(|name| places.entry(name).or_default().push(source));
    }
    for row in rows() {
        for name in row.names() {
            let number = row.number;
            let found =
                places.get(name).unwrap_or_else(|| panic!("{number}: there is no test called {name}"));
            let mut of_this_suite = found
                .iter()
                .filter(|(path, _)| path.parent().is_some_and(|parent| parent.ends_with("bad_inputs")));
            assert!(
                of_this_suite.all(|(_, source)| plays(source, number)),
                "{number}: {name} does not play it"
            );
        }
    }
}
