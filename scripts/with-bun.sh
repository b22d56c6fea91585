#!/bin/sh
# Runs a file of the project on its own Bun, with everything installed: sh scripts/with-bun.sh FILE [ARGUMENT...]
set -u
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd) || exit 1
. "$root/scripts/runtime.sh"
prepare_runtime dev
exec "$bun" --no-install "$@"
