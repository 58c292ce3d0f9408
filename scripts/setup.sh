# Sourced by scripts/run and scripts/test, from the repository's root: what the app needs around it.

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# library → Debian and Ubuntu package. The first block is needed even without a display.
CORE_LIBRARIES="
libglib-2.0.so.0:libglib2.0-0 libgthread-2.0.so.0:libglib2.0-0 libGL.so.1:libgl1
libEGL.so.1:libegl1 libdbus-1.so.3:libdbus-1-3 libfontconfig.so.1:libfontconfig1
libxkbcommon.so.0:libxkbcommon0"
WINDOW_LIBRARIES="
libX11-xcb.so.1:libx11-xcb1 libxkbcommon-x11.so.0:libxkbcommon-x11-0
libxcb-cursor.so.0:libxcb-cursor0 libxcb-icccm.so.4:libxcb-icccm4 libxcb-image.so.0:libxcb-image0
libxcb-keysyms.so.1:libxcb-keysyms1 libxcb-randr.so.0:libxcb-randr0
libxcb-render-util.so.0:libxcb-render-util0 libxcb-shape.so.0:libxcb-shape0
libxcb-xkb.so.1:libxcb-xkb1 libwayland-client.so.0:libwayland-client0
libwayland-cursor.so.0:libwayland-cursor0 libwayland-egl.so.1:libwayland-egl1"

find_python() {
    PYTHON=""
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            PYTHON=$name
            return
        fi
    done
    fail "Stepscope needs Python 3.11 or newer, and no such python3 was found."
}

# absent_packages PAIRS: the packages of those libraries that the loader can't find.
absent_packages() {
    for pair in $1; do
        case $KNOWN_LIBRARIES in
            *"${pair%%:*} "*) ;;
            *) printf '%s\n' "${pair##*:}" ;;
        esac
    done | sort -u
}

# install_packages NAMES: through apt-get; false where that isn't possible. The log is shown on failure.
install_packages() {
    local as_root="" log
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || return 1
        if [ -t 0 ]; then as_root="sudo"; else as_root="sudo -n"; fi
        $as_root true 2>/dev/null || return 1
    fi
    log=$(mktemp)
    apt_install() {
        $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install --yes --no-install-recommends "$@" </dev/null >"$log" 2>&1
    }
    # Try the package lists as they are first: they are often good, and fetching them takes long.
    if ! apt_install "$@" && ! { $as_root apt-get update >"$log" 2>&1 && apt_install "$@"; }; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# install_system_packages COMMAND:PACKAGE...: Qt's libraries, Python's venv, and these commands.
install_system_packages() {
    [ "$(uname -s)" = Linux ] || return 0
    local ldconfig needed="" core tool
    ldconfig=$(PATH="$PATH:/usr/sbin:/sbin" command -v ldconfig) || return 0
    KNOWN_LIBRARIES="$("$ldconfig" -p | awk 'NF > 1 { print $1 }' | tr '\n' ' ')"
    core=$(absent_packages "$CORE_LIBRARIES")
    needed="$core $(absent_packages "$WINDOW_LIBRARIES")"
    for tool in "$@"; do
        command -v "${tool%%:*}" >/dev/null || needed="$needed ${tool##*:}"
    done
    if [ ! -x .venv/bin/python ] && ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
        core="$core venv"
        needed="$needed $("$PYTHON" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    fi
    needed=$(echo $needed)
    [ -n "$needed" ] || return 0
    if command -v apt-get >/dev/null; then
        say "Installing system packages: $needed"
        # shellcheck disable=SC2086
        if install_packages $needed; then return 0; fi
    fi
    say "These system packages are missing and could not be installed here; please install them: $needed" >&2
    # Without a core library nothing starts; without the others at least some kind of window may.
    if [ -n "$core" ] || [ "$#" -gt 0 ]; then exit 1; fi
}

# install_python_packages LOCK...: .venv with exactly the first lock's packages. The others' packages
# are among them. Does nothing as long as the lock file stays the same.
install_python_packages() {
    local lock=$1 other
    if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        say "Creating .venv with $("$PYTHON" --version)"
        "$PYTHON" -m venv --clear .venv
    fi
    if ! cmp -s "$lock" ".venv/installed-$lock"; then
        say "Installing the packages of $lock"
        .venv/bin/python -m pip install --quiet --quiet --no-input --disable-pip-version-check \
            --require-hashes -r "$lock"
        for other in "$@"; do cp "$other" ".venv/installed-$other"; done
    fi
}
