#!/usr/bin/env bash
# Compiles the Objective-C part with clang under GNUstep, and runs its tests against a running `latchkey dev`.
# `cargo xtask sdk objc` calls it with everything that it needs:
#   A0_CORE    the folder of liblatchkey_client_c.a
#   A0_BUILD   a folder for what is built
#   LATCHKEY_DEV_JSON, SSL_CERT_FILE   the server
# and perhaps A0_ONLY, a part of the names of tests.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
lock=$(dirname "$here")/Lock
header=$(dirname "$(dirname "$here")")/crates/client-c/include
out=${A0_BUILD:?}
mkdir -p "$out/include"
# Apps say <Lock/Lock.h>, as they do with the pod.
rm -rf "$out/include/Lock" && mkdir "$out/include/Lock"
ln -s "$lock"/Lock.h "$lock"/*/*.h "$out/include/Lock/"

# The shims' folder stands before GCC's, and that before GNUstep's: see gnustep/README.md.
common=(-I"$here/gnustep" -I"$out/include" -I"$header" -I"$(gcc -print-file-name=include)" -I/usr/include/GNUstep
    -fexceptions -fobjc-exceptions -D_NATIVE_OBJC_EXCEPTIONS -DGNUSTEP -DGNUSTEP_BASE_LIBRARY=1 -DGNU_RUNTIME=1
    -fconstant-string-class=NSConstantString -fno-strict-aliasing -pthread -fPIC -g -O1)
strict=(-Wall -Wextra -Werror -Wno-unused-parameter -Wno-deprecated-declarations -Wnullability -Wno-unguarded-availability)
modern=(-fblocks -fobjc-legacy-dispatch)
arc=("${common[@]}" "${modern[@]}" -fobjc-runtime=gnustep-1.6 -fobjc-arc "${strict[@]}")
link=(-rdynamic -lgnustep-base -lobjc -lm -pthread -ldl -lgcc_s -lutil -lrt)

say() { printf '== %s\n' "$*"; }

say "the mission's code, word for word"
bash "$here/mission/unchanged.sh"

# No code is made: what Apple's runtimes and SDK add to the rules, as far as declarations of it go.
for runtime in macosx-13 ios-15; do
    say "the rules of $runtime"
    apple=("${arc[@]/gnustep-1.6/$runtime}" -I"$here/Apple" -I"$here/UIKit" -I"$lock/Foundation" -I"$lock/UI")
    clang "${apple[@]}" -include "$here/Apple/Foundation+Session.h" \
        -fsyntax-only "$lock"/Foundation/*.m "$lock"/UI/*.m "$here"/app/*.m
done

# What the guides show, each block as a method of its own. "…" stands for what an app does.
say "the lines of the guides"
guide=$out/guide.m
{
    printf '#import <Lock/Lock.h>\n@class UIApplication;\n@interface Guide : UIViewController\n@end\n@implementation Guide\n'
    cat "$(dirname "$here")"/README.md "$(dirname "$(dirname "$here")")"/docs/guide/ios.md |
        awk '/^ *```objc/ { inside = 1; first = 1; method = 0; next }
             inside && /^ *```/ { inside = 0; print method ? "" : "}"; next }
             !inside || /^ *#import/ || (first && /^$/) { next }
             first && /^-/ { method = 1 }
             first && !method { blocks++; printf "- (void)block%d:(NSString *)phoneNumber code:(NSString *)passcode {\n", blocks }
             { first = 0; gsub(/…/, ""); print }'
    printf '@end\n'
} >"$guide"
grep -c '^- (void)block' "$guide" | grep -qv '^[01]$' || { echo "the guides show no Objective-C"; exit 1; }
clang "${arc[@]}" -I"$here/UIKit" -Wno-unused-variable -fsyntax-only "$guide"

# As an app would paste it, for either way to sign in.
say "the quick starts of the dashboard"
pasted=$out/quickstart.m
snippets=$(dirname "$(dirname "$here")")/crates/http/templates/dashboard/snippets
{
    printf '#import "A0LockApplication.h"\n@class UIApplication;\n'
    for way in 'SMS PhoneNumber phoneNumber' 'Email Email email'; do
        read -r screen field variable <<<"$way"
        fill=(-e "s/@OBJC_SCREEN@/$screen/g; s/@OBJC_FIELD@/$field/g; s/@FIELD_SWIFT@/$variable/g")
        printf '@interface By%s : UIViewController\n@property (strong, nonatomic) A0SimpleKeychain *keychain;\n@end\n' "$screen"
        printf '@implementation By%s\n- (void)screens {\n' "$screen"
        sed "${fill[@]}" "$snippets/lock-ios-screens.txt"
        printf '}\n- (void)own:(NSString *)%s code:(NSString *)passcode {\n' "$variable"
        sed "${fill[@]}" "$snippets/lock-ios-own.txt"
        printf '}\n@end\n'
    done
} >"$pasted"
clang "${arc[@]}" -I"$here/UIKit" -I"$here/app" -fsyntax-only "$pasted"

say "the C interface under sanitizers"
# GCC brings their runtime along.
gcc -std=gnu11 -Wall -Wextra -Werror -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
    -I"$header" "$here/boundary.c" "${A0_CORE:?}/liblatchkey_client_c.a" -o "$out/boundary" -pthread -ldl -lm -lrt -lutil
http=$(sed -n 's/.*"http_url": "\(http:[^"]*\)".*/\1/p' "${LATCHKEY_DEV_JSON:?}")
ASAN_OPTIONS=detect_leaks=1 "$out/boundary" "$http"

say "the runtime's shims"
for shim in arc blocks; do
    clang "${common[@]}" -fobjc-runtime=gcc -fno-blocks -c "$here/gnustep/$shim.m" -o "$out/shim-$shim.o"
done

say "the Foundation part"
foundation=()
for file in "$lock"/Foundation/*.m; do
    object=$out/$(basename "$file" .m).o
    clang "${arc[@]}" -c "$file" -o "$object"
    foundation+=("$object")
done
say "the screens, and the stand-in for UIKit"
uikit=(-I"$here/UIKit" -I"$lock/Foundation" -I"$lock/UI" "${arc[@]}")
screens=()
for file in "$lock"/UI/*.m "$lock"/Foundation/A0Device.m "$here"/UIKit/*.m "$here"/app/MainViewController.m; do
    object=$out/ui-$(basename "$file" .m).o
    clang "${uikit[@]}" -c "$file" -o "$object"
    screens+=("$object")
done
for file in "$here"/support/*.m "$here"/app/A0LockApplication.m "$here"/app/OwnScreens.m; do
    clang "${arc[@]}" -c "$file" -o "$out/test-$(basename "$file" .m).o"
done
objects=("${foundation[@]}" "$out"/shim-*.o)
# With UIKit, the device says its own name.
without_device=()
for object in "${objects[@]}"; do
    [ "$object" = "$out/A0Device.o" ] || without_device+=("$object")
done
core=${A0_CORE:?}/liblatchkey_client_c.a

program() { # name, then what it is linked with
    local name=$1
    shift
    clang "${arc[@]}" -I"$here" "$here/$name.m" "$@" "${objects[@]}" "$core" -o "$out/$name" "${link[@]}"
}

export HOME=$out/home
rm -rf "$HOME" && mkdir -p "$HOME"
support=("$out/test-Check.o" "$out/test-DevServer.o")
program reader
program values "${support[@]}"
program answers "${support[@]}" "$out/test-CannedTransport.o"
manual=("${arc[@]/-fobjc-arc/-fno-objc-arc}")
clang "${manual[@]}" -c "$here/manual.m" -o "$out/test-manual.o"
clang "${arc[@]}" "$out/test-manual.o" "${objects[@]}" "$core" -o "$out/manual" "${link[@]}"
program mission "${support[@]}" "$out/test-A0LockApplication.o" "$out/test-OwnScreens.o"

failed=0
check() { # name, what it is; what the app logs is shown only where something failed
    say "$2"
    "$out/$1" 2>"$out/$1.log" || { failed=1; tail -n 40 "$out/$1.log"; }
}
with_screens() { # name, then what it is linked with
    local name=$1
    shift
    clang "${uikit[@]}" -I"$here" "$here/$name.m" "$@" "${screens[@]}" "${support[@]}" "$out/test-A0LockApplication.o" \
        "${without_device[@]}" "$core" -o "$out/$name" "${link[@]}"
}
with_screens screens
with_screens touchid "$out/test-OpenSSLKey.o"

export A0_READER=$out/reader
check values "values, archives, the keychain"
check answers "what apps are told for what a server says"
check manual "an app without ARC"
check mission "the mission's code for one's own screens"
check screens "the screens for SMS and email"
check touchid "the screen for Touch ID"
exit $failed
