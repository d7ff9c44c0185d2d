//! Owns the contract of the server's store: one rule for each thing that the services rely on, held by Postgres and
//! by the model of it. If they differ, Postgres is right. A rule that is missing in the list below is dead code, which
//! no check lets pass.

mod audience;
mod change;
mod command;
mod document;
mod feed;
mod ground;
mod group;
mod lock;
mod record;
mod refusal;
mod rows;
mod snapshot;
mod transaction;

/// Makes two tests of every rule, each on an organisation of its own.
macro_rules! every_rule {
    ($($subject:ident { $($rule:ident)* })*) => {
        mod model {
            $(mod $subject {
                use crate::store_contract::{$subject, ground::Model};
                $(
                    #[tokio::test(start_paused = true)]
                    async fn $rule() -> anyhow::Result<()> {
                        $subject::$rule(&Model::open().await?).await
                    }
                )*
            })*
        }
        mod postgres {
            $(mod $subject {
                use crate::store_contract::{$subject, ground::Postgres};
                $(
                    #[tokio::test]
                    async fn $rule() -> anyhow::Result<()> {
                        $subject::$rule(&Postgres::open().await?).await
                    }
                )*
            })*
        }
    };
}

every_rule! {
    transaction {
        what_is_written_is_seen_by_its_own_transaction_and_after_the_commit_by_all
        a_writing_transaction_sees_what_others_commit_between_its_statements
        a_reading_transaction_sees_one_moment
        a_dropped_transaction_leaves_nothing
        a_reading_transaction_writes_nothing
        a_failed_statement_ends_its_transaction_and_lets_others_on
        one_organisation_sees_nothing_of_another
        the_organisations_are_listed
    }
    lock {
        whoever_waits_longest_is_next
        whoever_gives_up_waiting_is_in_nobodys_way
        whoever_goes_away_lets_the_next_one_on
        of_two_who_wait_for_each_other_one_may_try_again
        whoever_reads_never_waits
    }
    document {
        a_document_reads_back_as_it_was_written
        a_document_is_inserted_once
        a_document_needs_its_audience
        a_second_inserter_waits_and_inserts_nothing
        a_second_inserter_inserts_what_the_first_one_took_back
        a_document_that_is_locked_is_not_waited_for_by_an_inserter
        a_document_moves_on_and_its_sizes_grow
        a_locked_document_makes_the_next_one_wait_and_see_the_new_version
        a_document_that_is_not_there_is_not_locked
        the_documents_of_an_audience_come_in_pages
        the_heads_of_audiences_come_by_document
    }
    change {
        a_change_is_found_under_the_person_who_pushed_it_and_under_nobody_else
        the_tip_of_an_actor_is_its_last_change_and_its_owner
        a_device_goes_on_for_those_it_replaces_and_for_nobody_elses
        the_index_holds_what_is_named_and_what_is_recent_once
        bodies_come_by_name_or_from_a_version_on
        a_version_a_hash_and_a_number_of_an_actor_are_stored_once
        a_change_needs_its_document
        a_second_writer_of_the_same_change_waits_and_is_refused
        a_second_writer_may_write_what_the_first_one_took_back
        an_actor_is_bound_once_and_is_listed_with_its_owner
        what_a_person_has_written_in_a_document_is_counted_in_all_and_since_a_moment
    }
    audience {
        a_person_belongs_from_the_announcement_until_the_end
        a_seat_that_is_given_again_is_not_announced_yet
        a_passed_end_takes_the_right_away_and_is_never_extended
        a_revoked_seat_keeps_an_earlier_end
        what_is_not_there_is_neither_announced_nor_ended
        what_has_begun_and_what_has_ended_is_due
        what_is_due_comes_oldest_first_and_no_more_than_asked_for
        what_is_due_is_given_to_one_instance_at_a_time
        a_seat_needs_its_audience
        a_second_maker_of_an_audience_waits_and_changes_nothing
        whoever_ends_a_seat_waits_for_whoever_announces_it
    }
    feed {
        every_event_reads_back_in_the_order_of_the_feed
        the_tail_is_merged_cut_and_begins_after_a_place_of_each_audience
        whoever_takes_places_first_commits_first
        places_that_were_taken_back_are_given_again
        a_right_that_ended_while_the_feed_was_waited_for_is_seen_to_have_ended
        a_place_is_filled_once
        an_unknown_organisation_has_no_feed
    }
    snapshot {
        a_saved_document_reads_back_whole_and_in_parts
        a_document_takes_the_newer_snapshot_and_counts_what_comes_after_it
        a_snapshot_that_waits_for_a_push_counts_what_that_added
        a_replaced_snapshot_stays_until_it_is_old
        what_has_many_changes_or_bytes_waits_to_be_saved_and_what_has_some_until_it_is_quiet
        a_snapshot_needs_its_document
        a_second_saver_of_the_same_version_waits_and_adds_nothing
        of_two_who_forget_the_same_snapshot_one_counts_it
    }
    record {
        records_come_in_order_by_page_and_by_name
        a_record_is_replaced_and_may_lose_its_body
        the_record_of_whoever_commits_last_stays
        a_record_needs_its_audience
    }
    refusal {
        what_a_device_pushes_in_vain_is_written_down_once_and_not_without_end
    }
    command {
        a_command_is_decided_once
        a_second_decision_waits_and_is_told_that_there_is_one
    }
    group {
        whom_somebody_leads_and_whom_they_led_is_told_by_agent
        a_group_reads_back_is_there_once_and_counts_for_who_formed_it
        the_groups_of_a_team_are_found_by_who_was_formed_into_them_until_they_are_over
        a_second_maker_of_a_group_waits_and_is_told_that_there_is_one
    }
}
