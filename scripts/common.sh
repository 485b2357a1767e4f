# Functions of scripts/run, check, screenshot and others. Source it with $root set to the source tree.
# shellcheck shell=sh disable=SC2034,SC2154

build_packages='gcc libc6-dev make autoconf automake pkg-config
    libncurses-dev libcurl4-openssl-dev libjansson-dev libmd-dev libpng-dev
    libjpeg62-turbo-dev zlib1g-dev
    protobuf-c-compiler libprotobuf-c-dev'

# The networks that the program carries, as in weights/weights.am.
carried='cnn mlp nano'

say() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# missing_packages PACKAGE…: those that are not installed.
missing_packages() {
    installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' 2>/dev/null |
        sed -n 's/^ii  *//p')
    for package; do
        printf '%s\n' "$installed" | grep -qxF "$package" || printf '%s ' "$package"
    done
}

# apt_get ARGUMENT…: run it as root without questions. Its messages go to standard error,
# because standard output is for data.
apt_get() {
    set -- env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
        -o DPkg::Lock::Timeout=300 "$@"
    [ "$(id -u)" -eq 0 ] || set -- sudo "$@"
    "$@" </dev/null >&2
}

# install_packages PACKAGE…: install those that are missing.
install_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "no apt-get; these packages must be installed: $*"
        return 0
    fi
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        say "packages are missing; as root, run: apt-get install $missing"
        return 1
    fi
    say "installing $missing"
    # shellcheck disable=SC2086 # a list
    apt_get install --no-install-recommends $missing && return 0
    # It fails if the lists of packages are missing or old.
    # shellcheck disable=SC2086
    apt_get update && apt_get install --no-install-recommends $missing
}

# Generate the build system if it is missing. make keeps it up to date.
make_configure() {
    if [ ! -x "$root/configure" ] || [ ! -f "$root/Makefile.in" ]; then
        (cd "$root" && autoreconf -fi)
    fi
}

# build FOLDER CONFIGURE-ARGUMENT…: configure FOLDER if necessary, and make.
build() {
    folder=$1
    shift
    mkdir -p "$folder"
    [ -f "$folder/Makefile" ] ||
        (cd "$folder" && "$root/configure" --quiet "$@") || return
    make -C "$folder" -s -j"$(nproc 2>/dev/null || echo 2)"
}
