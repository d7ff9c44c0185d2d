// Floorwalk for Swift: what an app imports. It adds to the generated bindings what Swift does in its own way, and decides
// nothing.
//
// - Life.swift: opening, sleeping and waking without holding up the main thread.
// - Sync.swift: a sync that ends with its task. Changes.swift: changes as an asynchronous sequence.
// - URLSessionTransport.swift: the system's network stack, for `Client.open`.
// - Edits.swift: the most usual edits in one call. Values.swift: dates, days and positions in text.
//
// `Client.edit…` with a list of edits stays the way to make several edits together or not at all.

@_exported import FloorwalkBindings
