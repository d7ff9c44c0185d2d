//! Who reads and writes what: every kind of document and every record, for everybody in an office and in another one, on phones and
//! on the server, against the table of the product's description.

use anyhow::ensure;
use std::collections::BTreeSet;
use sync_core::coaching::KINDS;
use tests::rights::office::Office;
use tests::rights::{Who, rows};

#[test]
fn each_kind_of_document_has_one_row_in_the_table_of_rights() -> anyhow::Result<()> {
    let kinds: BTreeSet<_> = KINDS.iter().map(|spec| spec.name).collect();
    let rows: Vec<_> = rows().collect();
    ensure!(rows.len() == kinds.len() && rows.into_iter().collect::<BTreeSet<_>>() == kinds);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r11_r103_r105_d4_everybody_is_sent_and_holds_what_the_table_of_rights_says_and_no_byte_more()
-> anyhow::Result<()> {
    let office = Office::open().await?;
    let (mut cells, mut differs) = (0, Vec::new());
    for (who, seed) in Who::ALL.into_iter().zip(1..) {
        let (more, found) = office.on_the_phone(who)?;
        cells += more;
        differs.extend(found);
        if who != Who::AndreisTablet {
            differs.extend(office.sent_to(who, seed).await?);
            cells += office.planted.len();
        }
    }
    eprintln!("{cells} cells: {} people, {} documents", Who::ALL.len(), office.planted.len());
    ensure!(differs.is_empty(), "{} of {cells}:\n{}", differs.len(), differs.join("\n"));
    ensure!(cells > 2_000, "{cells} cells");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r103_r105_everybody_writes_and_makes_what_the_table_of_rights_says_and_changes_nothing_else()
-> anyhow::Result<()> {
    let office = Office::open().await?;
    let (mut cells, mut differs) = (0, Vec::new());
    let written = "SELECT count(*) FROM change";
    let before = office.server.count(written).await?;
    let answer = office.answer_to_the_lost_tablet().await?;
    ensure!(answer.contains("device_revoked"), "{answer}");
    ensure!(office.server.count(written).await? == before, "a device that was taken away wrote");
    for (who, seed) in Who::ALL.into_iter().zip(1..).filter(|(who, _)| *who != Who::AndreisTablet) {
        differs.extend(office.written_by(who, seed).await?);
        differs.extend(office.made_by(who, seed).await?);
        cells += 2 * office.planted.len();
    }
    eprintln!("{cells} cells: {} people, {} documents", Who::ALL.len(), office.planted.len());
    ensure!(differs.is_empty(), "{} of {cells}:\n{}", differs.len(), differs.join("\n"));
    ensure!(cells > 1_500, "{cells} cells");
    Ok(())
}
