//! Owns the rules of what went nowhere.

use super::ground::Ground;
use super::rows::*;
use server::store::Refusals;
use server::store::row::{MAX_REFUSED_OF_DEVICE, RefusedRow};
use sync_core::ids::{ChangeHash, DocId};
use sync_core::wire::ErrorCode;

pub(super) async fn what_a_device_pushes_in_vain_is_written_down_once_and_not_without_end(
    ground: &impl Ground,
) -> anyhow::Result<()> {
    let refused = |number: u64, code| {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&number.to_be_bytes());
        let (device, person, doc) = (device(1), person(1), DocId::from_bytes([9; 16]));
        RefusedRow { device, person, doc, hash: ChangeHash::from_bytes(hash), code }
    };
    let harmful = |number| refused(number, ErrorCode::ChangeHarmful);
    let mut tx = ground.write().await?;
    tx.note_refused(&[harmful(1), harmful(2)], LONG_AGO).await?;
    tx.note_refused(&[refused(2, ErrorCode::ChangeMalformed), harmful(3)], LONG_AGO).await?;
    assert_eq!(tx.refused_of(device(1)).await?, [harmful(1), harmful(2), harmful(3)]);
    assert_eq!(tx.refused_of(device(2)).await?, []);

    let many: Vec<_> = (100..).map(harmful).take(MAX_REFUSED_OF_DEVICE).collect();
    tx.note_refused(&many, LONG_AGO).await?;
    tx.note_refused(&[harmful(50)], LONG_AGO).await?;
    assert_eq!(tx.refused_of(device(1)).await?.len(), MAX_REFUSED_OF_DEVICE);
    Ok(())
}
