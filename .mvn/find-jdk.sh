# Sourced by ./meshd and ./test: finds a JDK 25 or later on this machine, whatever `java` is the default.
# find_jdk_25 jdk|jre   sets JDK_25, or explains what to install and returns 1.

# Quiet on every JDK: Maven's own libraries use calls that newer JDKs warn about.
MAVEN_QUIET_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

is_jdk_25() { # DIR jdk|jre
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  [ "$2" = jre ] || [ -x "$1/bin/javac" ] || return 1
  major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ -n "$major" ] && [ "$major" -ge 25 ]
}

find_jdk_25() {
  on_path=$(command -v java 2>/dev/null || true)
  [ -z "$on_path" ] || on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /usr/local/lib/jvm/* /opt/java/* /opt/jdk* \
      "${HOME:-/root}"/.sdkman/candidates/java/* "${HOME:-/root}"/.jdks/*; do
    if [ -n "$candidate" ] && is_jdk_25 "$candidate" "$1"; then
      JDK_25=$candidate
      return 0
    fi
  done
  echo "meshd: needs JDK 25, which was not found in JAVA_HOME, on PATH or under /usr/lib/jvm." >&2
  echo "Install one (Debian 13 and Ubuntu 25.10 or later: apt install openjdk-25-jdk-headless; elsewhere: Eclipse Temurin, package temurin-25-jdk) and run this again." >&2
  return 1
}
