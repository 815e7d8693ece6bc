// swift-tools-version: 5.9
// `./build-on-mac.sh` writes Native/ and Sources/Latchkey/Generated/ first: they come from crates/client-uniffi.
import PackageDescription

let package = Package(
    name: "Latchkey",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [
        .library(name: "Latchkey", targets: ["Latchkey"]),
        .library(name: "LatchkeyUI", targets: ["LatchkeyUI"]),
    ],
    targets: [
        .binaryTarget(name: "LatchkeyNativeFFI", path: "Native/LatchkeyNativeFFI.xcframework"),
        .target(name: "Latchkey", dependencies: ["LatchkeyNativeFFI"]),
        .target(name: "LatchkeyUI", dependencies: ["Latchkey"]),
        .testTarget(name: "LatchkeyTests", dependencies: ["Latchkey", "LatchkeyUI"]),
    ]
)
