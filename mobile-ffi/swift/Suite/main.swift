// Stories of people with phones, through the Swift layer and against a real server.
//
//   Suite [WORD ...]      all stories, or those whose names contain one of these words
//
// Run by scripts/swift.sh, inside of mobile-ffi/tests/stand.py. To add a story: a call of `story` in the file of its kind.

import Foundation

let book = Book()
[walking, meetings, life, syncing, watching, encryption, carrying, values, crowd].forEach { $0(book) }
exit(await Harness(words: Array(CommandLine.arguments.dropFirst())).play(book.stories))
