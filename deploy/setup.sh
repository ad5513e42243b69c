# Sourced by deploy/quickstart and deploy/test: brings what a bare Debian 12 or Ubuntu 24.04 lacks, says what, and can be run again.
# Debian's packages come through apt, as root or by sudo; Python's into .venv of this checkout.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv="$top/.venv"

say() { printf 'netario: %s\n' "$*" >&2; }
die() { say "$*"; exit 3; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "this step needs root: run the command as root, or install sudo"
  fi
}

# The first word of each line; what follows it is for other readers
packages_in() { sed -e 's/#.*//' "$@" | awk 'NF { print $1 }' | sort -u; }

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# A freshly installed daemon must not start on this machine: the demo network starts its own copy inside a namespace.
# policy-rc.d holds it back now, and its unit is disabled for the next boot.
apt_install() {
  local name missing=() policy=/usr/sbin/policy-rc.d
  for name in "$@"; do installed "$name" || missing+=("$name"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "apt-get is missing. These packages are needed: ${missing[*]}"
  say "installing Debian packages: ${missing[*]}"
  as_root apt-get update -qq || die "apt-get update failed: is this machine's package mirror reachable?"
  local held_back=no
  if [ ! -e "$policy" ]; then
    held_back=yes
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    # shellcheck disable=SC2064 # the path is known now
    trap "as_root rm -f '$policy'" EXIT
  fi
  local log
  log=$(mktemp)
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    die "apt-get could not install: ${missing[*]} (its last lines are above)"
  fi
  rm -f "$log"
  if [ "$held_back" = yes ]; then
    as_root rm -f "$policy"
    trap - EXIT
    disable_units "${missing[@]}"
  fi
}

disable_units() {
  command -v systemctl >/dev/null || return 0
  local name unit
  for name in "$@"; do
    for unit in $(dpkg -L "$name" 2>/dev/null | sed -n 's|^\(/usr\)\?/lib/systemd/system/\([^/]*\.\(service\|socket\)\)$|\2|p'); do
      as_root systemctl disable "$unit" >/dev/null 2>&1 || say "could not disable $unit: it may start at the next boot"
    done
  done
}

# The virtual environment is made anew only where pyproject.toml or the constraints have changed.
make_venv() {
  local extras=$1 stamp wanted
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || apt_install python3
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || die "Python 3.11 or newer is needed; python3 here is $(python3 --version 2>&1)"
  python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
  wanted=$(cat "$top/pyproject.toml" "$top/deploy/constraints.txt" | sha256sum | cut -c1-16)
  stamp="$venv/netario-$extras-$wanted"
  [ ! -e "$stamp" ] || return 0
  say "installing Python packages into $venv: netario[$extras]"
  [ -x "$venv/bin/pip" ] || python3 -m venv "$venv" || die "python3 -m venv failed"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --use-pep517 --constraint "$top/deploy/constraints.txt" --editable "$top[$extras]" \
    || die "pip could not install netario[$extras]: is the package index reachable?"
  touch "$stamp"
}
