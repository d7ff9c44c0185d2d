// Owns the edits that nearly every screen makes, as one call each. All others are made with `editWalk`, `editMeeting` and
// `editPlan`, which take several at once and make all of them or none.

import Foundation

extension Client {
    /// Notes a stop of a floor walk; answers its id.
    @discardableResult
    public func noteStop(
        _ kind: StopKind,
        _ words: String,
        about person: PersonId? = nil,
        tags: [String] = [],
        minutes: UInt32? = nil,
        at moment: Date = Date(),
        in walk: DocId
    ) throws -> ItemId {
        let stop = NewStop(
            person: person, kind: kind, text: words, tags: tags, minutes: minutes, at: moment.timestamp
        )
        return try newItem(editWalk(doc: walk, edits: [.captureStop(stop: stop)]))
    }

    /// Brings a topic to a meeting; answers its id. `question` is the id of a question of the bank, `words` its wording.
    @discardableResult
    public func addTopic(
        _ words: String,
        in section: MeetingSection? = nil,
        question: String? = nil,
        to meeting: DocId
    ) throws -> ItemId {
        let topic = NewTopic(section: section, text: words, question: question)
        return try newItem(editMeeting(doc: meeting, edits: [.addAgenda(topic: topic)]))
    }

    /// Brings a stop of a walk to a meeting as a topic, and notes in the walk that it was; answers the topic's id. The other
    /// side sees `words` and nothing of the walk.
    ///
    /// Two documents cannot be edited in one step. The topic comes first: if the app dies in between, only a mark is missing
    /// in the walk. The other way round, the walk would tell of a topic that is not there.
    @discardableResult
    public func promote(
        _ stop: StopView,
        of walk: DocId,
        as words: String,
        in section: MeetingSection? = nil,
        at moment: Date = Date(),
        to meeting: DocId
    ) throws -> ItemId {
        let topic = NewTopic(section: section, text: words, question: nil)
        let provenance = Provenance(walk: walk, stop: stop.id, at: stop.at ?? moment.timestamp)
        let edit = MeetingEdit.addAgendaFromWalk(topic: topic, provenance: provenance)
        let item = try newItem(editMeeting(doc: meeting, edits: [edit]))
        let mark = WalkEdit.markPromoted(stop: stop.id, to: meeting, at: moment.timestamp)
        _ = try editWalk(doc: walk, edits: [mark])
        return item
    }

    /// Puts a stop of a walk on the list of what is in a team's way, and notes in the walk that it was; answers the blocker's
    /// id. The list comes first, for the same reason.
    @discardableResult
    public func promote(
        _ stop: StopView,
        of walk: DocId,
        as blocker: NewBlocker,
        at moment: Date = Date(),
        to blockers: DocId
    ) throws -> ItemId {
        let provenance = Provenance(walk: walk, stop: stop.id, at: stop.at ?? moment.timestamp)
        let edit = BlockerEdit.addBlockerFromWalk(blocker: blocker, provenance: provenance)
        let item = try newItem(editTeamBlockers(doc: blockers, edits: [edit]))
        let mark = WalkEdit.markPromoted(stop: stop.id, to: blockers, at: moment.timestamp)
        _ = try editWalk(doc: walk, edits: [mark])
        return item
    }

    /// Notes what somebody promised in a meeting; answers its id.
    @discardableResult
    public func addPromise(
        _ words: String,
        by owner: PersonId? = nil,
        until due: Day? = nil,
        to meeting: DocId
    ) throws -> ItemId {
        let promise = NewFollowUp(text: words, owner: owner, due: due)
        return try newItem(editMeeting(doc: meeting, edits: [.addFollowUp(followUp: promise)]))
    }

    /// Plans a step; answers its id.
    @discardableResult
    public func addStep(
        _ words: String,
        by owner: PersonId? = nil,
        until due: Day? = nil,
        to plan: DocId
    ) throws -> ItemId {
        let step = NewStep(text: words, owner: owner, due: due)
        return try newItem(editPlan(doc: plan, edits: [.addStep(step: step)]))
    }

    /// Types into the notes of a meeting, or of one block of it.
    public func typeNotes(_ splice: Splice, in section: MeetingSection? = nil, of meeting: DocId) throws {
        let edit = section.map { MeetingEdit.editSectionNotes(section: $0, splice: splice) }
        _ = try editMeeting(doc: meeting, edits: [edit ?? .editNotes(splice: splice)])
    }

    /// Settles a conflict by choosing what one of the people wrote.
    public func settle(_ conflict: Conflict, as claim: Claim, in doc: DocId) throws {
        try settle(doc: doc, path: conflict.path, chosen: claim.value)
    }
}

/// The id of the one new item that a batch of one edit made.
private func newItem(_ ids: [ItemId?]) throws -> ItemId {
    guard let id = ids.first ?? nil else {
        throw ClientError.Fault(detail: "an edit that adds an item answers its id")
    }
    return id
}
