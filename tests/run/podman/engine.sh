#!/usr/bin/env bash
# A podman with settings and storage of its own below FOLDER, and one image of this machine's own files, `$IMAGE`:
#   engine.sh make FOLDER     tries it with one container; fails, and says why, where podman cannot run
#   engine.sh remove FOLDER   with all of its containers
#   engine.sh try             makes and removes one
# Whoever uses it has CONTAINERS_CONF=FOLDER/containers.conf and CONTAINERS_STORAGE_CONF=FOLDER/storage.conf.
set -euo pipefail

IMAGE=localhost/pipec-test:1
PROGRAMS="bash cat chmod cp env grep head id ls md5sum mkdir mktemp mv perl ps rm sleep sort stat tail touch tr true wc yes"

# The programs with the libraries that they ask for, at the paths where they ask for them.
tree() {
    local program file
    mkdir -p "$1"/{usr/bin,etc,tmp,proc,sys,dev}
    chmod 1777 "$1/tmp"
    ln -s usr/bin "$1/bin"
    for program in $PROGRAMS; do
        file=$(type -P "$program")
        cp -L "$file" "$1/usr/bin/"
        # What is static has none.
        { ldd "$file" || true; } 2>/dev/null
    done | { grep -o '/[^ ]*' || true; } | sort -u | while read -r file; do cp -L --parents "$file" "$1"; done
    ln -s bash "$1/usr/bin/sh"
}

# FOLDER DRIVER RUNTIME: what the machine's own settings are does not matter. Limits that this process may not raise, a
# cgroup that no systemd manages, and the bridge of another podman would each stop a container.
settings() {
    local driver=$2 runtime=${3:+runtime = \"$3\"} number=$((BASHPID % 250))
    mkdir -p "$1/networks"
    cat >"$1/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
tmp_dir = "$1/tmp"
$runtime
[network]
network_backend = "netavark"
network_config_dir = "$1/networks"
CONF
    cat >"$1/storage.conf" <<CONF
[storage]
driver = "$driver"
runroot = "$1/$driver.run"
graphroot = "$1/$driver"
[storage.options.overlay]
skip_mount_home = "true"
CONF
    # Of the name by which podman knows its own first network.
    cat >"$1/networks/podman.json" <<CONF
{"name": "podman", "id": "2f259bab93aaaaa2542ba43ef33eb990d0999ee1b9924b557b7be53c0b7a1bb9", "driver": "bridge",
 "network_interface": "pipec$BASHPID", "created": "2026-01-01T00:00:00Z", "ipv6_enabled": false, "internal": false,
 "dns_enabled": false, "ipam_options": {"driver": "host-local"},
 "subnets": [{"subnet": "10.213.$number.0/24", "gateway": "10.213.$number.1"}]}
CONF
}

make() {
    local driver runtime
    type -P podman >/dev/null || { echo "there is no podman on this machine" >&2; return 1; }
    tree "$1/tree"
    for driver in overlay vfs; do
        settings "$1" "$driver" ""
        tar -C "$1/tree" -c . | podman import --quiet - "$IMAGE" >/dev/null || continue
        for runtime in "" crun runc; do
            settings "$1" "$driver" "$runtime"
            if podman run --rm "$IMAGE" true; then return; fi
        done
    done
    return 1
}

# What is mounted there goes with its containers.
remove() {
    if [[ -e $1/storage.conf ]]; then
        podman rm --all --force --time 0 >/dev/null 2>&1 || true
    fi
    rm -rf "$1"
}

folder=${2-$(mktemp -d)}
export CONTAINERS_CONF=$folder/containers.conf CONTAINERS_STORAGE_CONF=$folder/storage.conf
case $1 in
make) make "$folder" ;;
remove) remove "$folder" ;;
try)
    tried=0
    "$0" make "$folder" || tried=$?
    remove "$folder"
    exit "$tried"
    ;;
esac
