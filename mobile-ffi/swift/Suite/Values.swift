// Dates, days and lengths: whatever another phone's clock says.

@testable import Floorwalk
import Foundation

func values(_ story: Book) {
    story("a moment crosses over and back") { _ in
        for moment: Int64 in [0, 1, 1_774_000_000_123, -86_400_001, 253_402_300_799_999] {
            try expect(Date(timestamp: moment).timestamp, is: moment)
        }
    }

    story("a clock beyond all clocks ends nothing") { _ in
        try expect(Date(timestamp: .max).timestamp, is: .max)
        try expect(Date(timestamp: .min).timestamp, is: .min)
        try expect(Date.distantFuture.timestamp > 0, is: true)
        try expect(Date(timeIntervalSince1970: .infinity).timestamp, is: .max)
        try expect(Date(timeIntervalSince1970: -.infinity).timestamp, is: .min)
    }

    story("a day is the team's, not the phone's") { phones in
        let phone = try await phones.phone("desk", of: .leader)
        let tenure = try the(phone.tenures().first)
        try expect(tenure.timeZone, is: "Europe/Bucharest")
        // Half past eleven in the evening in London: already tomorrow in Bucharest.
        let evening = Date(timestamp: 1_773_790_200_000)
        try expect(tenure.day(of: evening), is: "2026-03-18")
    }

    story("what went wrong is told in words") { phones in
        let client = try await phones.client("nobody")
        do {
            _ = try client.account()
        } catch {
            try expect("\(error)", is: "this phone is not enrolled; open an invitation first")
            try expect(error.localizedDescription, is: "\(error)")
            return
        }
        throw Failure("was not refused", .init(file: #fileID, line: #line))
    }

    story("a person reads it in their own language") { _ in
        try expect(Language.first(of: ["de-DE", "zh-Hans-CN", "en-GB"]), is: .zh)
        try expect(Language.first(of: ["ro_RO.UTF-8"]), is: .ro)
        try expect(Language.first(of: ["fr"]), is: .en)
        try expect(Language.first(of: []), is: .en)
        try expect(ClientError.Asleep.userMessage(in: .ro), is: "Aplicația era în repaus. Încearcă din nou.")
    }
}
