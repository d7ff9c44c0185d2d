// Owns the floor-walk day as its phones see it, from the numbers in the morning to what is written after the talk. Each chapter is a
// file of this folder. What their office does before is done by mobile-ffi/tests/day.py.

import Floorwalk
import Foundation

func floorWalkDay(_ story: Book) {
    story("a leader of twelve walks the floor without a network, and in the evening everybody has what is theirs") { phones in
        let floor = try await Floor.gather(phones)
        try await floor.liveThroughWinter()
        try floor.lookAtTheNumbers()
        try floor.lookAtTheTeam()
        try await floor.agreeOnAPlan()
        try await floor.walkTheFloor()
        try floor.sayWhatBecomesOfIt()
        try floor.writeApart()
        try await floor.comeBack()
        try await floor.settleTheDate()
        try await floor.prepareTheTalk()
        try await floor.holdTheTalk()
        try await floor.editAfterwards()
        try floor.lookForWords()
        try await floor.lookIntoThePhones()
    }
}

/// On Maria's walk, and in her private notes: nowhere else.
let forMariaAlone = "Elena pare abătută"
/// Typed and taken back before any sync: it must arrive nowhere.
let takenBack = "Zwischenruf-den-niemand-lesen-soll"

/// A phone in somebody's hand, and the network around it.
struct Hand {
    let name: String
    let client: Client
    let wire: Wire

    func loseNetwork() throws {
        wire.become(.cut)
        try client.networkLost()
    }

    /// Nobody presses anything.
    func findNetwork() throws {
        wire.become(.whole)
        try client.networkReturned()
    }
}

/// Everybody of the day, and what they share.
final class Floor {
    let phones: Phones
    let told = Stand.shared.day
    let andrei: PreparedDay.Agent
    let liNa: PreparedDay.Agent
    let mihai: PreparedDay.Agent
    let sarah: PreparedDay.Agent
    var marias: Hand
    let andreis: Hand
    let liNas: Hand
    /// The pair of Maria and Andrei, as her phone has it.
    let pair: Tenure
    private let mariasSecret: Data

    var contract = ""
    var plan = ""
    /// The step whose date both move, and the one that Andrei does.
    var step = ""
    var smallStep = ""
    var goals = ""
    var goal = ""
    var walk = ""
    var talk = ""
    /// Where the praise of Li Na went, and what is in the team's way.
    var praise = ""
    var blockers = ""

    static func gather(_ phones: Phones) async throws -> Floor {
        let floor = try await Floor(phones)
        let led = try floor.marias.client.tenures().map(\.agent.name)
        try expect(Set(led), is: Set(floor.told.agents.map(\.name)), "whom Maria leads")
        for (hand, agent) in [(floor.andreis, floor.andrei), (floor.liNas, floor.liNa)] {
            try expect(hand.client.tenures().map(\.id), is: [agent.tenure])
        }
        return floor
    }

    private init(_ phones: Phones) async throws {
        self.phones = phones
        (andrei, liNa) = try (told.agent("Andrei Popescu"), told.agent("李娜"))
        (mihai, sarah) = try (told.agent("Mihai Șerban"), told.agent("Sarah Owens"))
        mariasSecret = try DesktopKey(secret: nil).secret()
        let key = try DesktopKey(secret: mariasSecret).asDeviceKey()
        let leader = told.leader.invitations[0]
        marias = try await Floor.hand("maria", phones, leader, key: key)
        andreis = try await Floor.hand("andrei", phones, andrei.invitations[0], storeKey: nil)
        liNas = try await Floor.hand("li-na", phones, liNa.invitations[0], storeKey: nil)
        let (client, tenure) = (marias.client, andrei.tenure)
        pair = try the(client.tenures().first { $0.id == tenure })
    }

    /// A new phone. Without a key for its store its files can be looked into.
    static func hand(
        _ name: String,
        _ phones: Phones,
        _ invitation: String,
        key: DeviceKey? = nil,
        storeKey: Data? = Phones.usualKey
    ) async throws -> Hand {
        let wire = Wire()
        let client = try await phones.client(name, transport: wire, key: key, storeKey: storeKey, listens: true)
        return try await Hand(name: name, client: phones.enrolled(client, name, invitation), wire: wire)
    }

    /// The phone is closed, written in by another process that ends, and opened again where there is no network.
    func dieInTheHand(_ life: (_ directory: String, _ secret: Data) throws -> Void) async throws {
        marias.client.shutdown()
        try life(phones.directory.appendingPathComponent(marias.name).path, mariasSecret)
        let wire = Wire()
        wire.become(.cut)
        let key = try DesktopKey(secret: mariasSecret).asDeviceKey()
        let client = try await phones.client(marias.name, transport: wire, key: key, listens: true)
        marias = Hand(name: marias.name, client: client, wire: wire)
        try marias.loseNetwork()
    }

    func syncBoth() async throws {
        for hand in [marias, andreis, marias] {
            try await expect(hand.client.syncNow(), is: .upToDate(pending: 0))
        }
    }

    /// Ten o'clock, so many days from today, where the team is.
    func tenOClock(_ days: Int) throws -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try the(TimeZone(identifier: pair.timeZone))
        let then = try the(calendar.date(byAdding: .day, value: days, to: Date()))
        return try the(calendar.date(bySettingHour: 10, minute: 0, second: 0, of: then))
    }

    func day(_ days: Int) throws -> String {
        try pair.day(of: tenOClock(days))
    }

    /// Screens say this in each of the three languages.
    func expectSaid(_ words: String, file: StaticString = #fileID, line: UInt = #line, _ say: (Language) -> String) throws {
        for language in languages {
            try expect(say(language), is: told.words(words, in: language), words, file: file, line: line)
        }
    }

    /// Whether these words stand anywhere in the files of this phone.
    func holds(_ hand: Hand, _ words: String) throws -> Bool {
        try phones.files(of: hand.name).range(of: Data(words.utf8)) != nil
    }
}
