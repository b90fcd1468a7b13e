#!/usr/bin/env bash
# A real S3 server for the tests: one Ceph Object Gateway with its monitor and store, on 127.0.0.1, all in memory.
#   s3-server.sh install            Debian's packages (380 MB), where they are missing and this user may
#   s3-server.sh missing            prints which of them are missing
#   s3-server.sh start PORT DIR PID prints when it answers; ends by itself, and removes DIR, when the process PID ends
#   s3-server.sh stop DIR
set -euo pipefail

access=TESTACCESSKEY0000000
secret=testsecretkey00000000000000000000000000
programs=(ceph-mon ceph-osd radosgw radosgw-admin ceph ceph-authtool monmaptool curl)

fail() { echo "s3-server: $*" >&2; exit 1; }

missing() {
    local program
    for program in "${programs[@]}"; do command -v "$program" >/dev/null || echo "$program"; done
}

install() {
    [ -n "$(missing)" ] || return 0
    command -v apt-get >/dev/null || fail "no apt-get here, so the tests on a real S3 server are not run"
    [ "$(id -u)" = 0 ] || fail "not root, so the tests on a real S3 server are not run; apt-get install --no-install-recommends radosgw ceph-mon ceph-osd curl"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends radosgw ceph-mon ceph-osd curl >/dev/null
}

# Until a command succeeds, at most a minute, and no longer than what was started lives.
await() {
    local deadline=$((SECONDS + 60))
    until "$@" >/dev/null 2>&1; do
        kill -0 "$(tail -n 1 "$dir/pids")" 2>/dev/null || fail "a daemon ended at once: $(tail -n 3 "$dir"/*.out | tr '\n' ' ')"
        [ "$SECONDS" -lt "$deadline" ] || fail "waited in vain for: $* (logs in $dir)"
        sleep 0.1
    done
}

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

configure() {
    local monitor=$((port + 1))
    until is_free "$monitor"; do monitor=$((monitor + 1)); done
    cat >"$dir/ceph.conf" <<CONF
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon_host = [v2:127.0.0.1:$monitor/0]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr1 = false
ms_bind_port_min = $((monitor + 1))
ms_bind_port_max = $((monitor + 60))
ms_mon_client_mode = crc
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
keyring = $dir/keyring
run_dir = $dir
crash_dir = $dir
admin_socket =
pid_file =
log_file = $dir/\$name.log
log_to_stderr = false
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
rgw_rados_pool_pg_num_min = 1
mon_max_pg_per_osd = 2000
[mon]
mon_data = $dir/mon
mon_cluster_log_file = $dir/cluster.log
mon_data_avail_crit = 0
mon_data_avail_warn = 0
paxos_propose_interval = 0.01
paxos_min_wait = 0.01
[osd]
osd_data = $dir/osd
osd_objectstore = memstore
memstore_device_bytes = 2147483648
osd_class_load_list = *
osd_class_default_list = *
[client.rgw]
rgw_data = $dir/rgw
rgw_frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw_enable_usage_log = false
rgw_enable_gc_threads = false
rgw_enable_lc_threads = false
rgw_enable_quota_threads = false
rgw_run_sync_thread = false
rgw_dynamic_resharding = false
rgw_override_bucket_index_max_shards = 1
rgw_thread_pool_size = 64
CONF
    echo "$monitor"
}

launch() { setsid "$@" -c "$dir/ceph.conf" -f >"$dir/$1.out" 2>&1 </dev/null & echo "$!" >>"$dir/pids"; }

# Only processes that still are what was started here.
kill_all() {
    local pid
    for pid in $(tac "$dir/pids" 2>/dev/null); do
        if { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF -- "-c $dir/ceph.conf"; then kill -9 "$pid" 2>/dev/null || true; fi
    done
}

start() {
    port=$1 dir=$2
    [ -z "$(missing)" ] || fail "missing: $(missing | tr '\n' ' ')"
    mkdir -p "$dir"/{mon,osd,rgw}
    trap '[ $? = 0 ] || kill_all' EXIT
    local monitor osd conf=(-c "$dir/ceph.conf")
    monitor=$(configure)
    osd=$(cat /proc/sys/kernel/random/uuid)
    export CEPH_CONF="$dir/ceph.conf" CEPH_ARGS=
    ceph-authtool --create-keyring "$dir/keyring" --gen-key -n mon. --cap mon 'allow *' >/dev/null
    monmaptool --create --fsid "$(sed -n 's/^fsid = //p' "$dir/ceph.conf")" --addv a "[v2:127.0.0.1:$monitor]" "$dir/monmap" >/dev/null
    ceph-mon "${conf[@]}" --mkfs -i a --monmap "$dir/monmap" --keyring "$dir/keyring" >"$dir/mkfs.out" 2>&1
    launch ceph-mon -i a
    await timeout 10 ceph "${conf[@]}" --connect-timeout 5 osd new "$osd"
    ceph-osd "${conf[@]}" --mkfs -i 0 --osd-uuid "$osd" >>"$dir/mkfs.out" 2>&1
    launch ceph-osd -i 0
    timeout 60 radosgw-admin "${conf[@]}" -n client.rgw user create --uid=test --display-name=test --access-key="$access" --secret-key="$secret" >"$dir/user.out" 2>&1 \
        || fail "could not make the user (logs in $dir)"
    launch radosgw -n client.rgw
    await curl -fsS -m 5 -o "$dir/answer" "http://127.0.0.1:$port/"
    # Whatever becomes of the tests, the server does not stay behind.
    setsid bash -c 'while kill -0 "$1" 2>/dev/null && [ -e "$2/ceph.conf" ]; do sleep 1; done; [ ! -e "$2/ceph.conf" ] || "$0" stop "$2"' "$(realpath "$0")" "$3" "$dir" >/dev/null 2>&1 </dev/null &
    echo "http://127.0.0.1:$port"
}

case ${1:-} in
    install) install ;;
    missing) missing ;;
    start) start "$2" "$3" "$4" ;;
    stop) dir=$2; kill_all; rm -rf "$dir" ;;
    *) sed -n '2,6p' "$0"; exit 64 ;;
esac
