#!/bin/sh
# The two static checks, types and format: npm run check
set -u
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd) || exit 1
. "$root/scripts/runtime.sh"
prepare_runtime dev
cd "$root" || exit 1
status=0
node_modules/.bin/tsc --noEmit -p . || status=1
node_modules/.bin/biome check . || status=1
exit "$status"
