// Stories of people with phones, through the Swift layer and against a real server.
//
//   Suite [WORD ...]      all stories, or those whose names contain one of these words
//
// Run by scripts/swift.sh, inside of mobile-ffi/tests/stand.py. To add a story: a call of `story` in the file of its kind.

import Foundation

let words = Array(CommandLine.arguments.dropFirst())
if words.first == WalkingApp.word {
    try await WalkingApp.run(Array(words.dropFirst()))
    exit(0)
}
let book = Book()
[walking, meetings, floorWalkDay, life, syncing, watching, encryption, carrying, values, crowd].forEach { $0(book) }
exit(await Harness(words: words).play(book.stories))
