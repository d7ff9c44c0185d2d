package com.floorwalk

import uniffi.mobile_ffi.BlockerEdit
import uniffi.mobile_ffi.ClientInterface
import uniffi.mobile_ffi.Day
import uniffi.mobile_ffi.DocId
import uniffi.mobile_ffi.ItemId
import uniffi.mobile_ffi.MeetingEdit
import uniffi.mobile_ffi.NewBlocker
import uniffi.mobile_ffi.NewFollowUp
import uniffi.mobile_ffi.NewStep
import uniffi.mobile_ffi.NewStop
import uniffi.mobile_ffi.NewTopic
import uniffi.mobile_ffi.PersonId
import uniffi.mobile_ffi.PlanEdit
import uniffi.mobile_ffi.Provenance
import uniffi.mobile_ffi.Section
import uniffi.mobile_ffi.Splice
import uniffi.mobile_ffi.StopKind
import uniffi.mobile_ffi.Timestamp
import uniffi.mobile_ffi.WalkEdit

// The edits that nearly every screen makes. All others are made with `editWalk`, `editMeeting` and `editPlan`, which take
// several at once and make all of them or none.

/** Notes a stop of a floor walk; answers its id. */
fun ClientInterface.noteStop(
    walk: DocId,
    text: String,
    at: Timestamp,
    person: PersonId? = null,
    kind: StopKind = StopKind.NOTE,
    tags: List<String> = emptyList(),
    minutes: UInt? = null,
): ItemId {
    val stop = NewStop(person = person, kind = kind, text = text, tags = tags, minutes = minutes, at = at)
    return editWalk(walk, listOf(WalkEdit.CaptureStop(stop))).newItem()
}

/** Brings a topic to a meeting; answers its id. [question] is the id of a question of the bank, [text] its wording. */
fun ClientInterface.addTopic(
    meeting: DocId,
    text: String,
    section: Section? = null,
    question: String? = null,
): ItemId {
    val topic = NewTopic(section = section, text = text, question = question)
    return editMeeting(meeting, listOf(MeetingEdit.AddAgenda(topic))).newItem()
}

/**
 * Brings a stop of a walk to a meeting as a topic, and notes in the walk that it was; answers the topic's id. The other
 * side sees [text] and nothing of the walk.
 *
 * Two documents cannot be edited in one step. The topic comes first: if the app dies in between, the walk does not say
 * that the stop was promoted, which is only a missing mark. The other way round, it would say so of a topic that is not there.
 */
fun ClientInterface.promoteStop(
    walk: DocId,
    stop: ItemId,
    meeting: DocId,
    text: String,
    seenAt: Timestamp,
    now: Timestamp,
    section: Section? = null,
): ItemId {
    val topic = NewTopic(section = section, text = text, question = null)
    val provenance = Provenance(walk = walk, stop = stop, at = seenAt)
    val item = editMeeting(meeting, listOf(MeetingEdit.AddAgendaFromWalk(topic, provenance))).newItem()
    editWalk(walk, listOf(WalkEdit.MarkPromoted(stop, meeting, now)))
    return item
}

/**
 * Puts a stop of a walk on the list of what is in a team's way, and notes in the walk that it was; answers the blocker's id.
 * The list comes first, as in [promoteStop].
 */
fun ClientInterface.promoteBlocker(
    walk: DocId,
    stop: ItemId,
    blockers: DocId,
    blocker: NewBlocker,
    seenAt: Timestamp,
    now: Timestamp,
): ItemId {
    val provenance = Provenance(walk = walk, stop = stop, at = seenAt)
    val item = editTeamBlockers(blockers, listOf(BlockerEdit.AddBlockerFromWalk(blocker, provenance))).newItem()
    editWalk(walk, listOf(WalkEdit.MarkPromoted(stop, blockers, now)))
    return item
}

/** Notes what somebody promised in a meeting; answers its id. */
fun ClientInterface.addPromise(meeting: DocId, text: String, owner: PersonId? = null, due: Day? = null): ItemId {
    val promise = NewFollowUp(text = text, owner = owner, due = due)
    return editMeeting(meeting, listOf(MeetingEdit.AddFollowUp(promise))).newItem()
}

/** Plans a step; answers its id. */
fun ClientInterface.addStep(plan: DocId, text: String, owner: PersonId? = null, due: Day? = null): ItemId {
    val step = NewStep(text = text, owner = owner, due = due)
    return editPlan(plan, listOf(PlanEdit.AddStep(step))).newItem()
}

/** Types into the shared notes of a meeting. */
fun ClientInterface.typeNotes(meeting: DocId, splice: Splice) {
    editMeeting(meeting, listOf(MeetingEdit.EditNotes(splice)))
}

/** Types into the notes of one block of a meeting. */
fun ClientInterface.typeNotes(meeting: DocId, section: Section, splice: Splice) {
    editMeeting(meeting, listOf(MeetingEdit.EditSectionNotes(section, splice)))
}

/** These words, typed at this place. The place is counted as Kotlin counts: in UTF-16 units. */
fun typed(words: String, at: Int = 0): Splice = Splice(at = at.toUInt(), delete = 0u, insert = words)

/**
 * What an Android text field tells in `TextWatcher.onTextChanged`: in [now], the [count] characters from [start] on have
 * taken the place of [before] characters.
 */
fun typed(now: CharSequence, start: Int, before: Int, count: Int): Splice =
    Splice(at = start.toUInt(), delete = before.toUInt(), insert = now.substring(start, start + count))

/** The id of the one new item that a batch of one edit made. */
private fun List<ItemId?>.newItem(): ItemId = checkNotNull(single()) { "an edit that adds an item answers its id" }
