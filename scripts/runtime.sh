# Sourced by ./nightjar and the scripts beside this file. They set $root, the top of the checkout.
#
# prepare_runtime KIND   KIND is runtime (what ./nightjar needs) or dev (tests and checks too).
#                        Installs if needed, sets $bun to a Bun that runs here, or says why not and exits 1.
#
# node_modules/.nightjar remembers what the last install was: a copy of package-lock.json and its kind.

stamp=$root/node_modules/.nightjar
lock=$root/.tmp/install.lock
install_wait_s=900

say() {
  printf 'nightjar: %s\n' "$*" >&2
}

die() {
  say "$@"
  exit 1
}

prepare_runtime() {
  installed "$1" && find_bun && return
  take_lock
  if ! { installed "$1" && find_bun; }; then install_packages "$1"; fi
  release_lock
  find_bun || die "no Bun under $root/node_modules runs on this machine ($(uname -sm))." \
    "Remove node_modules and try again; if that does not help, this platform has no Bun package."
}

# Is an install of this kind (dev serves as runtime too) there, from today's package-lock.json?
installed() {
  cmp -s "$root/package-lock.json" "$stamp/package-lock.json" || return 1
  kind=$(cat "$stamp/kind" 2>/dev/null) || return 1
  if [ "$1" = dev ]; then [ "$kind" = dev ] && [ -e "$root/node_modules/.bin/tsc" ]; fi
}

# npm's install script puts the real binary at .bin/bun; where scripts are blocked only the platform
# packages hold it, and old versions of npm bring those of glibc and musl alike. So: the first that runs.
find_bun() {
  for bun in "$root"/node_modules/.bin/bun "$root"/node_modules/@oven/bun-*/bin/bun; do
    [ -x "$bun" ] && "$bun" --version >/dev/null 2>&1 && return
  done
  return 1
}

install_packages() {
  command -v node >/dev/null 2>&1 || die "Node.js (20 or newer) is needed for the first use: it is not on the PATH."
  command -v npm >/dev/null 2>&1 || die "npm is needed for the first use: it is not on the PATH."
  [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" = true ] ||
    die "Node.js 20 or newer is needed for the first use; this is $(node --version)."
  adopt_install "$1" && return
  # A checkout with the tools of tests keeps them, whoever has installed them.
  if [ "$1" = dev ] || [ "$(cat "$stamp/kind" 2>/dev/null)" = dev ] || [ -e "$root/node_modules/.bin/tsc" ]; then
    npm_ci dev --include=dev
  else
    npm_ci runtime --omit=dev
  fi
}

# An install that somebody made with npm directly is as good as ours.
adopt_install() {
  found=$(node "$root/scripts/installed-kind.mjs" "$root") || return 1
  [ "$found" = dev ] || [ "$found" = "$1" ] || return 1
  find_bun && write_stamp "$found"
}

# npm_ci KIND OPTION...
npm_ci() {
  new_kind=$1
  shift
  say "installing the packages of package-lock.json into node_modules (once per version; about a minute)"
  rm -rf "$stamp"
  log=$lock/npm.log
  if ! (cd "$root" && npm ci "$@" --include=optional --no-progress --loglevel=error </dev/null >"$log" 2>&1); then
    cat "$log" >&2
    die "npm ci failed in $root: its messages are above."
  fi
  write_stamp "$new_kind"
}

write_stamp() {
  mkdir -p "$stamp" &&
    printf '%s\n' "$1" >"$stamp/kind" &&
    cp "$root/package-lock.json" "$stamp/package-lock.json" ||
    die "cannot write $stamp."
}

# mkdir is the lock: it succeeds for one process only, on every file system.
take_lock() {
  mkdir -p "$root/.tmp" 2>/dev/null || die "cannot write $root, and its packages are not installed yet."
  waited_s=0
  until mkdir "$lock" 2>/dev/null; do
    [ -d "$lock" ] || die "cannot make $lock."
    [ "$waited_s" -eq 0 ] && say "another process is installing: waiting for it"
    [ "$waited_s" -lt "$install_wait_s" ] || die "waited $install_wait_s s. If nothing is installing, remove $lock."
    remove_dead_lock
    sleep 1
    waited_s=$((waited_s + 1))
  done
  trap release_lock EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  printf '%s\n' "$$" >"$lock/pid"
}

# The owner was killed. One process at a time may break the lock, and looks again once it may:
# else it could break the lock of one that was quicker.
remove_dead_lock() {
  mkdir "$lock.break" 2>/dev/null || return 0
  owner=$(cat "$lock/pid" 2>/dev/null) || owner=
  if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then rm -rf "$lock"; fi
  rmdir "$lock.break"
}

release_lock() {
  trap - EXIT INT TERM HUP
  rm -rf "$lock"
}
