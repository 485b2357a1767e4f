# What scripts/run and scripts/check share; to be sourced with $root set to the tree.
# shellcheck shell=sh disable=SC2034,SC2154

build_packages='gcc libc6-dev make autoconf automake pkg-config
    libncurses-dev libcurl4-openssl-dev libjansson-dev libmd-dev libpng-dev zlib1g-dev
    protobuf-c-compiler libprotobuf-c-dev'

say() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# The packages of the arguments that dpkg does not have.
missing_packages() {
    installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' 2>/dev/null |
        sed -n 's/^ii  *//p')
    for package; do
        printf '%s\n' "$installed" | grep -qxF "$package" || printf '%s ' "$package"
    done
}

# apt_get ARGUMENT…: as root, asking nothing. Standard output is for data, so talk goes to
# standard error.
apt_get() {
    set -- env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
        -o DPkg::Lock::Timeout=300 "$@"
    [ "$(id -u)" -eq 0 ] || set -- sudo "$@"
    "$@" </dev/null >&2
}

# install_packages PACKAGE…: quick when nothing is missing.
install_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "no apt-get here: these must be installed already: $*"
        return 0
    fi
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        say "as root, please: apt-get install $missing"
        return 1
    fi
    say "installing $missing"
    # shellcheck disable=SC2086 # a list
    apt_get install --no-install-recommends $missing && return 0
    # The lists of packages may be missing or old.
    # shellcheck disable=SC2086
    apt_get update && apt_get install --no-install-recommends $missing
}

# The build system, unless it is there; make brings it up to date later.
make_configure() {
    if [ ! -x "$root/configure" ] || [ ! -f "$root/Makefile.in" ]; then
        (cd "$root" && autoreconf -fi)
    fi
}

# build FOLDER CONFIGURE-ARGUMENT…: configure it unless it is, and make.
build() {
    folder=$1
    shift
    mkdir -p "$folder"
    [ -f "$folder/Makefile" ] ||
        (cd "$folder" && "$root/configure" --quiet "$@") || return
    make -C "$folder" -s -j"$(nproc 2>/dev/null || echo 2)"
}
