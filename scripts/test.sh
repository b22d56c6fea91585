#!/bin/sh
# Runs one set of tests on a fresh clone or an old one: sh scripts/test.sh npm|parts
# The last line is always "N passed, N failed, N skipped".
set -u
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd) || exit 1
. "$root/scripts/runtime.sh"

no_runtime() {
  echo "0 passed, 1 failed, 0 skipped"
}
trap no_runtime EXIT
(prepare_runtime dev) || exit 1
find_bun || exit 1
trap - EXIT

cd "$root" || exit 1
exec "$bun" --no-install scripts/run-tests.ts "$@"
