// The first five minutes of a team leader with Floorwalk, as far as walks, meetings and plans go today: two phones, one in
// airplane mode, and a server. Ends with an error as soon as something is not as the leader would expect it.
//
// Run by scripts/swift.sh, inside of mobile-ffi/tests/stand.py, which makes the server and the invitations.

import Floorwalk
import Foundation

let stand = try Stand.read()
let desk = FileManager.default.temporaryDirectory.appendingPathComponent("five-minutes-\(UUID().uuidString)")
defer { try? FileManager.default.removeItem(at: desk) }

say("0:00", "scans the invitation")
let maria = try await Phone.unpacked(in: desk.appendingPathComponent("maria"))
try await maria.client.enroll(invitation: stand.leader.invitations.last ?? "", deviceName: "Maria's phone")
check(try await maria.client.syncNow() == .upToDate(pending: 0), "everything is here")

say("1:00", "sees who is in the team")
let team = try maria.client.tenures()
guard let pair = team.first else { fail("there is nobody") }
print("      \(pair.summary)")
let andrei = pair.agent

say("1:30", "in airplane mode: notes what is seen, in three taps")
maria.isInAirplaneMode = true
let walk = try maria.client.createWalk()
_ = try maria.client.editWalk(doc: walk, edits: [.start(at: Date().timestamp)])
try maria.client.noteStop(.praise, "A rămas calm și a ascultat. 👏", about: andrei.id, tags: ["ascultare"], in: walk)
try maria.client.noteStop(.blocker, "客服系统很慢", tags: ["crm"], minutes: 2, in: walk)
let coach = try maria.client.noteStop(.coach, "Reads the closing words from the screen", about: andrei.id, in: walk)

say("2:15", "plans a one-on-one for Wednesday, and picks two questions")
let wednesday = pair.nextWednesday(after: Date())
let meeting = try maria.client.createMeeting(tenure: pair.id, day: wednesday)
let slot = Slot(day: wednesday, minute: 14 * 60 + 30)
_ = try maria.client.editMeeting(doc: meeting, edits: [
    .planMeeting(plan: Plan(slot: slot, place: "Sala mică", kind: .oneOnOne)),
])
let questions: [(MeetingSection, String, String)] = [
    (.career, "q.car.2", "Care dintre punctele dumneavoastră forte este prea puțin folosit?"),
    (.wellbeing, "q.wb.2", "Ce v-a dat energie și ce v-a luat-o?"),
]
for (section, question, words) in questions {
    try maria.client.addTopic(words, in: section, question: question, to: meeting)
}
guard let stop = try maria.client.walk(doc: walk).stops.first(where: { $0.id == coach }) else { fail("no such stop") }
try maria.client.promote(stop, of: walk, as: "The last half minute of a call", in: .feedback, to: meeting)
let planned = try maria.client.meeting(doc: meeting)
check(planned.sections.map(\.section) == [.rapport, .career, .feedback, .wellbeing], "the four blocks are there")

say("3:00", "adds a promise of each, with a date")
try maria.client.addPromise("Ascultă două apeluri înregistrate", by: andrei.id, until: wednesday, to: meeting)
let own = try maria.client.addPromise("Cere un scaun nou", by: pair.leader.id, until: wednesday, to: meeting)
let plan = try maria.client.createPlan(tenure: pair.id)
_ = try maria.client.editPlan(doc: plan, edits: [.setTitle(title: "Încheierea apelului"), .setKind(kind: .improvement)])
let step = try maria.client.addStep("Try two endings in own words", by: andrei.id, until: wednesday, to: plan)
for item in try maria.client.meeting(doc: meeting).followUps {
    print("      ☐ \(item.text), \(item.owner == andrei.id ? andrei.name : pair.leader.name), \(item.due ?? "-")")
}
for doc in [walk, meeting, plan] {
    check(try maria.client.state(doc: doc) == .onPhone, "on this phone, not yet on the server")
}

say("3:45", "switches airplane mode off, and presses nothing")
let changes = maria.client.changes
maria.isInAirplaneMode = false
try maria.client.networkReturned()
let all = [walk, meeting, plan]
if try !maria.areOnServer(all) {
    for await _ in changes where try maria.areOnServer(all) { break }
}
check(try maria.areOnServer(all), "on the server")

say("4:15", "the agent's phone shows what is shared, and no walk")
let agent = try await Phone.unpacked(in: desk.appendingPathComponent("andrei"))
try await agent.client.enroll(invitation: stand.agent.invitations.last ?? "", deviceName: "Andrei's phone")
_ = try await agent.client.syncNow()
check(try agent.client.list(kind: .floorWalks, after: 0, limit: 10).total == 0, "no walk")
check(try agent.client.meeting(doc: meeting).agenda.count == 3, "three topics")
check(try agent.client.meeting(doc: meeting).followUps.count == 2, "two promises")

say("4:30", "the agent adds a topic, and says that a step is done")
try agent.client.addTopic("Aș vrea să învăț de la Elena", in: .career, to: meeting)
_ = try agent.client.editPlan(doc: plan, edits: [.setStepState(step: step, state: .done)])
_ = try await agent.client.syncNow()
_ = try await maria.client.syncNow()
check(try maria.client.plan(doc: plan).steps.map(\.state) == [.done], "the leader sees it")
_ = try maria.client.editMeeting(doc: meeting, edits: [.setFollowUpState(id: own, state: .done)])

say("5:00", "exports the meeting")
let text = try maria.client.exportText(doc: meeting)
print(text.split(separator: "\n").map { "      | \($0)" }.joined(separator: "\n"))
for words in ["Aș vrea să învăț de la Elena", "Cere un scaun nou", "Ce v-a dat energie"] {
    check(text.contains(words), "the export has: \(words)")
}

for phone in [maria, agent] {
    check(await phone.client.sleep().isClosed, "every file is closed")
}
print("\nall of it was so")
