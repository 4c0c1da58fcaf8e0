#!/bin/sh
# Starts what compose.yaml says, in a network of its own: a PostgreSQL with its database, user and
# secret, then the service and the load of profile `demo` from the image's root file system, each with
# exactly the command, environment, configs, secrets, volumes and user that it says there.
#
#   unshare --net docker/try-compose.sh ROOT FOLDER USER ENTRY HEALTH
#
# ROOT is the image's file system, read-only; /etc/hosts, /etc/oncohooks/site.yaml and the secrets are
# there to be mounted over. FOLDER is a scratch folder with postgresql/ (bin, lib, share). Called by
# try-image.sh, which has all of that.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
root=$1
work=$2
user=$3
entry=$4
health=$5
jdk=$JDK25_HOME
file=$here/docker/compose.yaml
service=
database=

fail() {
  echo "try-compose: $1" >&2
  exit 1
}

clean() {
  [ -z "$service" ] || kill "$service" 2>/dev/null || true
  [ -z "$service" ] || wait "$service" 2>/dev/null || true
  [ -z "$database" ] || pg pg_ctl -D "$work/pgdata" -m fast stop >/dev/null || true
}
trap clean EXIT INT TERM

said() {
  "$jdk/bin/java" -cp "$root/app/lib/*" "$here/docker/Compose.java" "$file" "$1"
}

# becomes a command of the service of that name: NAME ARGUMENT...
as_service() {
  name=$1
  shift
  [ "$(said "/services/$name/image")" = oncohooks ] || fail "$name is not of our image"
  [ -z "$(said "/services/$name/user")" ] || fail "$name has a user of its own; the image's was tried"
  [ "$(said "/services/$name/read_only")" = true ] || fail "$name may write; read-only was tried"
  # the arguments hold no blanks and no quotation marks
  exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin $(said "/services/$name/environment") \
    setpriv --no-new-privs chroot --userspec="$user" "$root" $entry "$@"
}

ip link set lo up

# what a container engine brings: names of the other services, configs, secrets and volumes
printf '127.0.0.1 localhost %s\n' "$(said /services | cut -d= -f1 | tr '\n' ' ')" >"$work/hosts"
mount --bind "$work/hosts" "$root/etc/hosts"
(umask 022; openssl rand -hex 24 >"$work/database-password")
for secret in $(said /services/oncohooks/secrets); do
  mount --bind "$work/database-password" "$root/run/secrets/$secret"
done
target=$(said /services/oncohooks/configs/0/target)
source=$(said "/configs/$(said /services/oncohooks/configs/0/source)/file")
mount --bind "$here/docker/$source" "$root$target"
volume=$(said /services/oncohooks/volumes | cut -d: -f2)
mkdir "$work/state"
chown --reference="$root$volume" "$work/state"
mount --bind "$work/state" "$root$volume"

# PostgreSQL as its image makes it: the user owns the cluster and has a password, and the database is there
settings=$(said /services/database/environment)
of() {
  echo "$settings" | sed -n "s/^$1=//p"
}
[ "$(of POSTGRES_PASSWORD_FILE)" = /run/secrets/database-password ] || fail "another password file"
mkdir "$work/pgdata"
chown 65534:65534 "$work/pgdata"
cp "$work/database-password" "$work/pgpassword"
chown 65534 "$work/pgpassword"
pg() {
  tool=$1
  shift
  setpriv --reuid 65534 --regid 65534 --clear-groups "$work/postgresql/bin/$tool" "$@"
}
pg initdb -D "$work/pgdata" -U "$(of POSTGRES_USER)" --pwfile="$work/pgpassword" \
  --auth-host=scram-sha-256 --auth-local=trust -E UTF8 --no-locale >"$work/initdb.out" 2>&1 ||
  fail "initdb: $(cat "$work/initdb.out")"
echo "create database $(of POSTGRES_DB)" |
  pg postgres --single -D "$work/pgdata" postgres >"$work/postgres.out" 2>&1
pg pg_ctl -w -D "$work/pgdata" -l "$work/pgdata/log" -o "-k $work/pgdata" start >"$work/postgres.out" 2>&1 ||
  fail "PostgreSQL: $(cat "$work/postgres.out" "$work/pgdata/log")"
database=started

start() {
  as_service oncohooks $(said /services/oncohooks/command) >"$work/service.out" 2>"$work/service.err" &
  service=$!
  waited=0
  # the health check of the image, which `service_healthy` waits for
  until chroot --userspec="$user" "$root" $health; do
    kill -0 "$service" 2>/dev/null || fail "the service did not start: $(cat "$work/service.err")"
    waited=$((waited + 1))
    [ "$waited" -lt 60 ] || fail "it does not become healthy: $(cat "$work/service.err")"
    sleep 0.5
  done
}

port=$(said /services/oncohooks/ports | sed 's/.*://')
view() {
  curl -sf -H 'Content-Type: application/json' "http://127.0.0.1:$port/cds-services/breast-cancer-screening" \
    -d "{\"hook\":\"patient-view\",\"hookInstance\":\"9d9a0f3c-2f5e-4f0e-8a57-0f6f1c0e7b11\",\"context\":{\"userId\":\"Practitioner/demo\",\"patientId\":\"$1\"},\"extension\":{\"org.oncohooks.evaluationTime\":\"2026-06-01T12:00:00-05:00\"}}"
}
cards() {
  cards=0
  for bundle in "$here"/fhir-resources/patients/*.json; do
    answer=$(view "$(basename "$bundle" .json)") || fail "no answer for $(basename "$bundle" .json)"
    case $answer in *'"summary"'*) cards=$((cards + 1)) ;; esac
    case $answer in *unrecorded*) fail "an answer was not recorded" ;; esac
  done
  echo "$cards"
}

start
view screening-overdue >/dev/null && fail "the store is not empty before the load"
(as_service sample-patients $(said /services/sample-patients/command)) >"$work/load.out" 2>"$work/load.err" ||
  fail "the load: $(cat "$work/load.out" "$work/load.err")"
grep ' resources: ' "$work/load.out"
shown=$(cards)
[ "$shown" -gt 0 ] || fail "no card for any sample patient"
echo "compose: $shown sample patients have a card of breast-cancer-screening"
curl -sf "http://127.0.0.1:9464/metrics" | grep -q '^oncohooks_ready{part="database"} 1' || fail "no metrics"

kill -TERM "$service"
wait "$service" && status=0 || status=$?
service=
[ "$status" = 143 ] || fail "it stopped with $status: $(cat "$work/service.err")"
start
[ "$(cards)" = "$shown" ] || fail "after a restart other cards"
# the options of the database are those of the load, whose last argument is the folder
rows=$( (as_service sample-patients ledger verify $(said /services/sample-patients/command | grep '^--')) |
  sed -n 's/^The ledger is whole: \([0-9]*\) rows.*/\1/p')
[ -n "$rows" ] || fail "the ledger is not whole"
[ "$rows" -gt "$shown" ] || fail "only $rows rows in the ledger"
[ "$(stat -c %u:%a "$work/state/ledger.key")" = 65532:600 ] || fail "the ledger's key is not its user's alone"
echo "compose: stopped and started again on what was there, $rows rows in the ledger"
echo "compose tried: holds"
