# Sourced by signaling/start, tests/run and bench/run: what this machine needs, and how to build.
#
#   parley_packages SET...   installs what is missing of: build, web, test
#   parley_build PRESET [TARGET...]
#   parley_web               builds web/dist when a source of it is newer
#
# Debian 12 packages and npm only. Does nothing, quickly, where everything is there already.

set -euo pipefail

PARLEY_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$PARLEY_ROOT"

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
die() {
  printf 'parley: %s\n' "$*" >&2
  exit 1
}

packages_build=(
  g++ cmake ninja-build ccache pkg-config
  libboost1.81-dev libsrtp2-dev libipsec-mb-dev libssl-dev libwebsockets-dev libev-dev rapidjson-dev
  libsqlite3-dev libcurl4-openssl-dev libtomlplusplus-dev libcli11-dev libspdlog-dev libfmt-dev prometheus-cpp-dev
  libopus-dev asterisk-core-sounds-en-wav asterisk-moh-opsound-wav espeak-ng
  libavcodec-dev libavformat-dev libavutil-dev libyuv-dev libfreetype-dev libraqm-dev libarchive-dev
  fonts-dejavu-core
)
packages_web=(nodejs)
packages_test=(
  clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev lld-19 git
  libgtest-dev libgmock-dev libbenchmark-dev libspandsp-dev
  chromium firefox-esr pulseaudio fonts-noto-cjk fonts-noto-core
  iproute2 nftables ffmpeg mediaconch mkvtoolnix python3 python3-gi
  sip-tester baresip-core kamailio kamailio-tls-modules
  linphone-cli
  gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad
  gstreamer1.0-nice gstreamer1.0-libav gir1.2-gstreamer-1.0 gir1.2-gst-plugins-bad-1.0
)

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else
    command -v sudo >/dev/null || die "these packages are missing and need root to install: $*"
    sudo "$@"
  fi
}

parley_packages() {
  local set name missing=()
  for set in "$@"; do
    local -n wanted="packages_$set"
    for name in "${wanted[@]}"; do
      [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null || true)" = installed ] ||
        missing+=("$name")
    done
  done
  [ ${#missing[@]} = 0 ] && return
  command -v apt-get >/dev/null ||
    die "this needs Debian 12's packages, and there is no apt-get here. Missing: ${missing[*]}"
  say "Installing ${#missing[@]} Debian packages"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" >&2 || die "apt-get could not install: ${missing[*]}"
}

parley_build() {
  local preset=$1
  shift
  [ -f ".build/$preset/build.ninja" ] || cmake --preset "$preset" >&2
  cmake --build --preset "$preset" ${1:+--target "$@"} >&2
}

# The web tools want Node 20.19 or newer; Debian 12 has 18, so npm brings the binary.
parley_node() {
  local new_enough='const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||a==20&&b>=19?0:1)'
  if ! node -e "$new_enough" 2>/dev/null; then
    local arch home="$PARLEY_ROOT/.build/node"
    case $(uname -m) in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) die "no Node.js 20 for $(uname -m)" ;; esac
    command -v npm >/dev/null || parley_npm_package
    [ -x "$home/node_modules/node-linux-$arch/bin/node" ] ||
      npm install --silent --no-save --prefix "$home" "node-linux-$arch@20" >&2
    export PATH="$home/node_modules/node-linux-$arch/bin:$PATH"
  fi
  command -v npm >/dev/null || parley_npm_package
}
parley_npm_package() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm >&2
}

parley_npm_ci() {
  parley_node
  local stamp=web/node_modules/.parley-lock
  if ! cmp -s web/package-lock.json "$stamp"; then
    say "Installing the web tools"
    (cd web && npm ci --no-audit --no-fund --loglevel=error >&2)
    cp web/package-lock.json "$stamp"
  fi
}

parley_web() {
  local newer=
  [ -f web/dist/index.html ] &&
    newer=$(find web -path web/node_modules -prune -o -path web/dist -prune -o -path web/e2e -prune \
      -o -type f -newer web/dist/index.html -print -quit)
  [ -f web/dist/index.html ] && [ -z "$newer" ] && return
  parley_npm_ci
  say "Building the web page"
  (cd web && npm run --silent build >&2)
  touch web/dist/index.html
}
