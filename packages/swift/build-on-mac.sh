#!/usr/bin/env bash
# On a Mac with Xcode and Rust: builds the library for Apple's systems, writes the Swift that calls it, and tests the
# package. `--package` leaves the tests out.
set -euo pipefail
cd "$(dirname "$0")/../.."

crate=latchkey-client-uniffi
target="$(cargo metadata --format-version 1 --no-deps | python3 -c 'import json,sys; print(json.load(sys.stdin)["target_directory"])')"
package=packages/swift
generated=$package/Sources/Latchkey/Generated
headers="$target/swift/headers"
framework=$package/Native/LatchkeyNativeFFI.xcframework

export IPHONEOS_DEPLOYMENT_TARGET=16.0 MACOSX_DEPLOYMENT_TARGET=13.0
triples=(aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios aarch64-apple-darwin x86_64-apple-darwin)
rustup target add "${triples[@]}"
for triple in "${triples[@]}"; do
    # Without the built-in transport: Apple's network is used.
    cargo build --locked --release -p "$crate" --lib --no-default-features --target "$triple"
done

# The generator reads a library that was not stripped: the one for tests.
cargo build --locked -p "$crate" --features bindgen
rm -rf "$headers" "$framework"
mkdir -p "$headers" "$generated" "$package/Native"
"$target/debug/latchkey-bindgen" generate \
    "$target/debug/liblatchkey_native.dylib" \
    --config "crates/client-uniffi/uniffi.toml" --language swift --no-format --out-dir "$headers"
mv "$headers/LatchkeyNative.swift" "$generated/"
# In a framework's headers the file has this name, and modules of the system are imported by themselves.
rm "$headers/LatchkeyNativeFFI.modulemap"
printf 'module LatchkeyNativeFFI {\n    header "LatchkeyNativeFFI.h"\n    export *\n}\n' >"$headers/module.modulemap"

fat() { # fat NAME TRIPLE...: one library for several processors
    local name=$1 && shift
    mkdir -p "$target/swift/$name"
    lipo -create "${@/%//release/liblatchkey_native.a}" -output "$target/swift/$name/liblatchkey_native.a"
}
fat simulator "$target/aarch64-apple-ios-sim" "$target/x86_64-apple-ios"
fat macos "$target/aarch64-apple-darwin" "$target/x86_64-apple-darwin"
xcodebuild -create-xcframework -output "$framework" \
    -library "$target/aarch64-apple-ios/release/liblatchkey_native.a" -headers "$headers" \
    -library "$target/swift/simulator/liblatchkey_native.a" -headers "$headers" \
    -library "$target/swift/macos/liblatchkey_native.a" -headers "$headers"

cd "$package"
if [[ "${1:-}" != --package ]]; then
    swift test
    # The screens are compiled for a phone, too.
    xcodebuild build -scheme LatchkeyUI -destination 'generic/platform=iOS Simulator' -quiet
fi
