#!/bin/sh
# scripts/release: the same files twice, hashes, the bill of materials, recipes, and what it refuses.
. "${srcdir:-.}/tests/tap.sh"
version=$("$DIGITPAD" --version | sed -n 's/^digitpad //p')

# ---- what is published -------------------------------------------------------------------

SOURCE_DATE_EPOCH=1000000000 XZ_OPT=-0
export SOURCE_DATE_EPOCH XZ_OPT
run sh "$srcdir/scripts/release" --draft --url=https://example.org "$builddir" "$tmp/one"
is "a draft is made" "$status" 0
umask 077
run sh "$srcdir/scripts/release" --draft --url=https://example.org "$builddir" "$tmp/two"
is "and once more" "$status" 0
ok "it is the same, byte for byte" diff -r "$tmp/one" "$tmp/two"
like "its files belong to nobody and have one date" \
    "$(tar --utc -tvf "$tmp/one/digitpad-$version.tar.xz" | awk '{ print $2, $4, $5 }' | sort -u)" \
    '^0/0 2001-09-09 01:46$'
cd "$tmp/one" || exit 99
is "every file has its hash" "$(sha256sum -c SHA256SUMS | grep -c ': OK$')" \
    "$(find . -type f ! -name SHA256SUMS | wc -l)"

cat >"$tmp/sbom.py" <<'END'
import json, sys
document = json.load(open(sys.argv[1]))
packages = {p["SPDXID"]: p for p in document["packages"]}
for relation in document["relationships"]:
    assert relation["relatedSpdxElement"] in packages
own = packages["SPDXRef-digitpad"]
print(document["spdxVersion"], document["creationInfo"]["created"], own["versionInfo"],
      own["checksums"][0]["checksumValue"], "jansson" in packages["SPDXRef-jansson"]["name"],
      len(document["relationships"]) == len(packages), all(p["versionInfo"] for p in packages.values()))
END
if command -v python3 >/dev/null; then
    sha256=$(sha256sum "digitpad-$version.tar.xz" | cut -d ' ' -f 1)
    is "the bill of materials names tarball and libraries" \
        "$(python3 "$tmp/sbom.py" "digitpad-$version.spdx.json")" \
        "SPDX-2.3 2001-09-09T01:46:40Z $version $sha256 True True True"
else
    skip "the bill of materials names tarball and libraries" "no python3"
fi
is "every recipe is filled in" "$(grep -l '@[A-Z0-9]*@' recipes/*)" ""
is "recipes of five systems" "$(cd recipes && echo *)" \
    "APKBUILD PKGBUILD digitpad.rb digitpad.spec package.nix"
like "they name the tarball" "$(cat recipes/digitpad.rb)" \
    "url \"https://example.org/digitpad-$version.tar.xz\""

# ---- what is refused, and prepare, in a copy of the tree -----------------------------------

mkdir -p "$tmp/tree/scripts" "$tmp/build"
cp "$srcdir/scripts/release" "$srcdir/scripts/common.sh" "$tmp/tree/scripts/"
cp "$srcdir/configure.ac" "$tmp/tree/"
chmod -R u+w "$tmp/tree"
release=$tmp/tree/scripts/release
printf '# Changelog\n\n## [Unreleased]\n\n- New.\n\n## [0.0.1] - 2020-01-01\n\n- Old.\n' \
    >"$tmp/tree/CHANGELOG.md"

run sh "$release" "$tmp/build" "$tmp/out"
fails "a version without entries is refused" 1 \
    "^release: CHANGELOG.md: no entries for $version; run scripts/release prepare $version"
run sh "$release" prepare 1.x
fails "a version is three numbers" 1 "^release: '1.x': not a version; give one such as 1.2.3"
run sh "$release" prepare 0.0.1
fails "a version is released once" 1 '^release: CHANGELOG.md: 0.0.1 has been released; give a higher'
run sh "$release" prepare 7.8.9
is "prepare" "$status$err" 0
like "configure.ac has the version" "$(cat "$tmp/tree/configure.ac")" '^AC_INIT.*\[7\.8\.9\]'
is "and the entries have it" "$(sed 's/[0-9]*-[0-9]*-[0-9]*$/DATE/' "$tmp/tree/CHANGELOG.md" | tr '\n' ' ')" \
    '# Changelog  ## [Unreleased]  ## [7.8.9] - DATE  - New.  ## [0.0.1] - DATE  - Old. '
run sh "$release" prepare 7.9.0
fails "nothing to release is refused" 1 '^release: CHANGELOG.md: nothing is unreleased; add the changes'
run sh "$release" "$tmp/build" "$tmp/out"
fails "a folder that has not been configured is refused" 1 \
    'build: no build of 7\.8\.9; run configure there$'
printf '#define PACKAGE_VERSION "7.8.9"\n' >"$tmp/build/config.h"
sed -i 's/^## \[Unreleased\]/&\n\n- Late./' "$tmp/tree/CHANGELOG.md"
run sh "$release" "$tmp/build" "$tmp/out"
fails "unreleased entries are refused" 1 '^release: CHANGELOG.md: unreleased entries; run'
run sh "$release" "$tmp/build"
fails "one folder is too few" 2 'scripts/release \[--draft\]'
done_testing
