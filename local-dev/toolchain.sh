# Sourced by the commands beside it: finds a JDK 25 and a Maven 3.9, and says in one sentence what is missing.
# Sets home, JAVA_HOME, MAVEN; defines built.

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

is_jdk25() { [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25' "$1/release" 2>/dev/null; }

find_jdk() {
  local place
  for place in "${JAVA_HOME:-}" "${JDK25:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk* \
      "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [ -n "$place" ] && is_jdk25 "$place"; then
      printf '%s\n' "$place"
      return
    fi
  done
  place=$(command -v javac || true)
  if [ -n "$place" ]; then
    place=$(dirname "$(dirname "$(readlink -f "$place")")")
    if is_jdk25 "$place"; then
      printf '%s\n' "$place"
      return
    fi
  fi
  echo "No JDK 25 was found: install one (Temurin 25, for example) and set JAVA_HOME to it." >&2
  return 2
}

is_maven39() {
  local version
  version=$("$1" -v 2>/dev/null | sed -n 's/^\(.*\)Apache Maven \([0-9.]*\).*/\2/p' | head -1)
  case $version in
    3.9.* | 3.[1-9][0-9].* | [4-9].*) return 0 ;;
    *) return 1 ;;
  esac
}

# A newer Maven comes from where the older one gets everything else, so mirrors and proxies apply.
find_maven() {
  local version=3.9.16 folder old
  for old in "${MAVEN_HOME:+$MAVEN_HOME/bin/mvn}" "$(command -v mvn || true)"; do
    if [ -n "$old" ] && is_maven39 "$old"; then
      printf '%s\n' "$old"
      return
    fi
  done
  folder=${XDG_CACHE_HOME:-$HOME/.cache}/cultural-intelligence/apache-maven-$version
  if [ ! -x "$folder/bin/mvn" ]; then
    if [ -z "${old:-}" ]; then
      echo "No Maven was found: install any Maven 3; a 3.9 is fetched with it." >&2
      return 2
    fi
    echo "fetching Maven $version …" >&2
    mkdir -p "$folder.part"
    (cd "$folder.part" && "$old" -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
      "-Dartifact=org.apache.maven:apache-maven:$version:tar.gz:bin" "-DoutputDirectory=$folder.part") >&2 || {
      echo "Maven $version could not be fetched with $old: install a Maven 3.9 and put it on the PATH." >&2
      return 2
    }
    tar xzf "$folder.part/apache-maven-$version-bin.tar.gz" -C "$folder.part"
    rm -rf "$folder"
    mv "$folder.part/apache-maven-$version" "$folder"
    rm -rf "$folder.part"
  fi
  printf '%s\n' "$folder/bin/mvn"
}

JAVA_HOME=$(find_jdk)
export JAVA_HOME
MAVEN=$(find_maven)
export MAVEN

# Builds what has changed since the last time; quiet unless it fails.
built() {
  local stamp=$home/local-dev/tools/target/.built log
  if [ -f "$stamp" ] && [ -z "$(find "$home" \( -name target -o -name .git -o -name .data \) -prune -o \
      -type f \( -name '*.java' -o -name 'pom.xml' -o -name '*.sql' -o -name '*.properties' -o -name '*.json' -o -name '*.tsv' \) \
      -newer "$stamp" -print -quit)" ]; then
    return
  fi
  log=$(mktemp)
  echo "building (once; a minute or two) …" >&2
  if ! "$MAVEN" -B -f "$home/pom.xml" -Dfast -DskipTests -Dspotless.check.skip "$@" install >"$log" 2>&1; then
    { grep -E 'ERROR|WARNING.*\.java|Exception in' "$log" || tail -20 "$log"; } | head -40 >&2
    echo "the build failed; all of its output is in $log" >&2
    return 2
  fi
  rm -f "$log"
  mkdir -p "$(dirname "$stamp")"
  touch "$stamp"
}

# Runs one of the tools: tool MAIN-CLASS ARGUMENTS…
# TOOL_MEMORY: its heap; TOOL_TIER: 1 for what is over at once; TOOL_CLASSES: more of a class path.
tool() {
  exec "$JAVA_HOME/bin/java" -Xmx"${TOOL_MEMORY:-384m}" -XX:TieredStopAtLevel="${TOOL_TIER:-4}" \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$home/local-dev/tools/target/classes:$home/local-dev/tools/target/lib/*${TOOL_CLASSES:+:$TOOL_CLASSES}" "$@"
}
