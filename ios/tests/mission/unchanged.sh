#!/usr/bin/env bash
# The mission's code (ios-usage.md here, as it was given) stands word for word in the apps that the tests run (../app).
# There, `// mission n` begins its n-th block, `// mission` ends it, and lines with `// the app's own` are what the app adds.
# Comments and white space do not count. Two things of the document no compiler takes: the type of one block, and the dots
# for a lock.
set -eu
cd "$(dirname "$0")"

bare() { # the code without comments, in one word's distance
    sed 's|//.*||' | tr -s '[:space:]' ' ' | sed 's/^ //; s/ $//'
}

document() { # the n-th block of the document, as it can be compiled
    awk -v wanted="$1" '/^```objc$/ { n++; inside = 1; next } /^```$/ { inside = 0 } inside && n == wanted' ios-usage.md |
        sed -e 's|void(^authenticatedBlock)(NSError \*)|void(^authenticatedBlock)(A0UserProfile *, A0Token *)|' \
            -e 's|lock = \.\.\.;|lock = [[A0LockApplication sharedInstance] lock];|' | bare
}

app() { # the same block in an app
    sed -n "/^ *\/\/ mission $1\$/,/^ *\/\/ mission\$/p" ../app/*.m | grep -v "// the app's own\$" | bare
}

count=$(grep -c '^```objc$' ios-usage.md)
[ "$count" = 3 ] || { echo "ios-usage.md has $count blocks of code, not 3" >&2; exit 1; }
for block in $(seq "$count"); do
    wanted=$(document "$block") found=$(app "$block")
    if [ -z "$wanted" ] || [ "$wanted" != "$found" ]; then
        printf 'block %s of the mission is not in the app as it was given:\n- %s\n+ %s\n' "$block" "$wanted" "$found" >&2
        exit 1
    fi
done
