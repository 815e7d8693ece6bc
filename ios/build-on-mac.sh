#!/usr/bin/env bash
# On a Mac: builds LatchkeyClient.xcframework for iPhones and simulators, then builds the pod and runs its tests in a
# simulator. Needs Xcode 15 or newer, rustup, and CocoaPods (`gem install cocoapods`).
#
#   ios/build-on-mac.sh            everything
#   ios/build-on-mac.sh framework  only the xcframework
#
# With LATCHKEY_DOMAIN=localhost:3443 and `latchkey dev` running, the tests also ask it for a code; its authority must be
# trusted by the simulator: xcrun simctl keychain booted add-root-cert .latchkey/ca.pem
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(uname)" = Darwin ] || { echo "this needs a Mac: on Linux run cargo xtask sdk objc" >&2; exit 1; }

export IPHONEOS_DEPLOYMENT_TARGET=15.0
target=$(cargo metadata --no-deps --format-version 1 | /usr/bin/plutil -extract target_directory raw -o - -)
triples=(aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios)
for triple in "${triples[@]}"; do
    rustup target add "$triple"
    cargo build --release --locked -p latchkey-client-c --target "$triple"
done

build=ios/build
rm -rf "$build"
mkdir -p "$build/headers" "$build/simulator"
cp crates/client-c/include/latchkey.h "$build/headers/"
library=liblatchkey_client_c.a
lipo -create -output "$build/simulator/$library" \
    "$target/aarch64-apple-ios-sim/release/$library" "$target/x86_64-apple-ios/release/$library"
xcodebuild -create-xcframework \
    -library "$target/aarch64-apple-ios/release/$library" -headers "$build/headers" \
    -library "$build/simulator/$library" -headers "$build/headers" \
    -output "$build/LatchkeyClient.xcframework"
[ "${1:-}" = framework ] && exit 0

# What tests in a simulator see of the environment begins with this, for xcodebuild.
[ -z "${LATCHKEY_DOMAIN:-}" ] || export TEST_RUNNER_LATCHKEY_DOMAIN="$LATCHKEY_DOMAIN"
# Makes a workspace with an app, builds the pod for the simulator and runs its tests by xcodebuild.
cd ios
exec pod lib lint Lock.podspec --allow-warnings --verbose
