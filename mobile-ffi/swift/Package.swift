// swift-tools-version: 6.0
// Floorwalk for Swift. What is here:
//
//   FloorwalkFFI        the Rust library: FloorwalkFFI.xcframework on Apple, a shared library on Linux
//   FloorwalkBindings   what uniffi-bindgen writes (Generated/)
//   Floorwalk           the layer by hand, and the module that an app imports
//   Suite, Sample       the tests and a small app, for Linux
//
// Nothing of the first two is in git. On a Mac, build-xcframework.sh writes them; on Linux, scripts/swift.sh does, and
// builds and runs the rest.

import PackageDescription

#if os(Linux)
// A header and a module map; where the library itself is, the command line says (-L).
let library = Target.systemLibrary(name: "FloorwalkFFI", path: "Generated/FloorwalkFFI")
let linked = [LinkerSetting.linkedLibrary("mobile_ffi")]
let programs = ["Suite", "Sample"]
#else
// For a release: .binaryTarget(name:, url:, checksum:), with what `build-xcframework.sh --zip` prints.
let library = Target.binaryTarget(name: "FloorwalkFFI", path: "FloorwalkFFI.xcframework")
// SQLCipher signs and encrypts with it.
let linked = [LinkerSetting.linkedFramework("Security")]
// The framework has no part for macOS itself.
let programs: [String] = []
#endif

let package = Package(
    name: "Floorwalk",
    platforms: [.iOS(.v16)],
    products: [.library(name: "Floorwalk", targets: ["Floorwalk"])],
    targets: [
        library,
        // Swift 5 mode: what UniFFI 0.32 writes for a trait with async methods is refused in Swift 6 mode, or crashes the
        // compiler (mozilla/uniffi-rs #2929). We have no such trait today, and nothing here should break on the day we do.
        // All else is in Swift 6 mode.
        .target(
            name: "FloorwalkBindings",
            dependencies: ["FloorwalkFFI"],
            path: "Generated/FloorwalkBindings",
            swiftSettings: [.swiftLanguageMode(.v5)],
            linkerSettings: linked
        ),
        .target(name: "Floorwalk", dependencies: ["FloorwalkBindings"]),
    ] + programs.map { .executableTarget(name: $0, dependencies: ["Floorwalk"], path: $0) },
    swiftLanguageModes: [.v6]
)
