#!/usr/bin/env bash
# Runs a command inside a root made by debian_root.sh, in its folder /.
# usage: enter_root.sh DIR COMMAND [HOST_FOLDER:FOLDER_INSIDE ...]    (as root)
# All mounts live in a private namespace and vanish with the command,
# so that deleting DIR can never reach the folders bound into it.
set -euo pipefail
dir=$(realpath "$1") command=$2
shift 2

kept=()
for name in CI http_proxy https_proxy no_proxy SSL_CERT_FILE CURL_CA_BUNDLE PIP_CERT PIP_INDEX_URL; do
  if [ -n "${!name:-}" ]; then kept+=("$name=${!name}"); fi
done

export ROOT_DIR=$dir ROOT_COMMAND=$command ROOT_ENVIRONMENT="${kept[*]@Q}"
exec unshare --mount bash -c '
  set -euo pipefail
  mount --make-rprivate /
  mount -t proc proc "$ROOT_DIR/proc"
  mount --rbind /dev "$ROOT_DIR/dev"
  for pair in "$@"; do
    mkdir -p "$ROOT_DIR${pair#*:}"
    mount --rbind "${pair%%:*}" "$ROOT_DIR${pair#*:}"
  done
  eval "environment=($ROOT_ENVIRONMENT)"
  exec chroot "$ROOT_DIR" /usr/bin/env -i HOME=/root LANG=C.UTF-8 \
    PATH=/root/.cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    "${environment[@]}" bash -c "$ROOT_COMMAND"
' enter_root "$@"
