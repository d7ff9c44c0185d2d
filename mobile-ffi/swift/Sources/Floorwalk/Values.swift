// Owns the way from Swift's dates and text positions to those of documents, and back.

import Foundation

extension Date {
    /// A moment of a document.
    public init(timestamp: Timestamp) {
        self.init(timeIntervalSince1970: TimeInterval(timestamp) / 1_000)
    }

    /// The moment as documents have it: milliseconds since 1970. What lies beyond all clocks becomes the last or the first
    /// moment there is: another person's phone may hold any number, and converting one that does not fit ends the app.
    public var timestamp: Timestamp {
        Timestamp(exactly: (timeIntervalSince1970 * 1_000).rounded()) ?? (timeIntervalSince1970 < 0 ? .min : .max)
    }
}

extension Tenure {
    /// The day that this moment has where the team works, which may not be the phone's day.
    public func day(of moment: Date) -> Day {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: timeZone) ?? .current
        let parts = calendar.dateComponents([.year, .month, .day], from: moment)
        return String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
    }
}

extension Splice {
    /// What a text view is about to do: `textView(_:shouldChangeTextIn:replacementText:)` gives just this. Both count in
    /// UTF-16 units.
    public init(replacing range: NSRange, with words: String) {
        self.init(at: UInt32(clamping: range.location), delete: UInt32(clamping: range.length), insert: words)
    }

    /// New words, nothing removed.
    public static func inserting(_ words: String, at position: Int = 0) -> Splice {
        Splice(replacing: NSRange(location: position, length: 0), with: words)
    }
}

/// UniFFI writes `description` and forgets to say so. With this, `"\(error)"` and `error.localizedDescription` are words for a
/// log, where they would be the names of a case and its fields.
extension ClientError: CustomStringConvertible {}

extension ClientError {
    /// What a person reads about it: what happened, and what to do.
    public func userMessage(in language: Language = .ofThisPhone) -> String {
        FloorwalkBindings.userMessage(error: self, language: language)
    }
}

extension Language {
    /// The first of the phone's languages that we have words in; English where there is none.
    public static var ofThisPhone: Language {
        first(of: Locale.preferredLanguages)
    }

    static func first(of languages: [String]) -> Language {
        let known: [String: Language] = ["en": .en, "ro": .ro, "zh": .zh]
        return languages.lazy.compactMap { known[String($0.prefix { $0 != "-" && $0 != "_" })] }.first ?? .en
    }
}
