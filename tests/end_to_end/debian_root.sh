#!/usr/bin/env bash
# Makes a Debian root file system with nothing in it but the minimal base and the certificates.
# usage: debian_root.sh SUITE DIR    (as root; SUITE: bookworm has QGIS 3.22, trixie 3.40, forky newer ones)
set -euo pipefail
suite=$1 dir=$2

if [ -e "$dir/etc/debian_version" ]; then exit 0; fi
if [ "$(id -u)" != 0 ]; then echo "debian_root.sh: only root can make a root file system." >&2; exit 1; fi
if ! command -v debootstrap >/dev/null; then apt-get install -y -qq debootstrap; fi

# The mirror that this machine uses, whatever the format of its list: it has one of the two.
mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } |
  awk '/security/ { next } /^URIs:/ { print $2; exit } /^deb / { for (i = 2; i <= NF; i++) if ($i ~ /^http/) { print $i; exit } }')

# A suite newer than this machine's debootstrap is made as sid is.
script=/usr/share/debootstrap/scripts/$suite
[ -e "$script" ] || ln -s sid "$script"

# Made beside its place and renamed: an interrupted run leaves nothing that looks complete.
mkdir -p "$(dirname "$dir")"
new=$dir.new
rm -rf --one-file-system "$new"
debootstrap --variant=minbase --include=ca-certificates "$suite" "$new" "${mirror:-http://deb.debian.org/debian}"

cp /etc/resolv.conf "$new/etc/"
# The certificates that this machine trusts may include one of its network's own.
cp -L /etc/ssl/certs/ca-certificates.crt "$new/etc/ssl/certs/"
# No package starts a service in there.
printf '#!/bin/sh\nexit 101\n' >"$new/usr/sbin/policy-rc.d"
chmod +x "$new/usr/sbin/policy-rc.d"
mv "$new" "$dir"
