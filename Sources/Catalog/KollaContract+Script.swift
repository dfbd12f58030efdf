extension KollaContract {
    /// What Kolla's `kolla_start` does, as a script of a plain shell for images that have none: it needs `sh`, `cp`,
    /// `chown`, `chmod`, `grep`, `id` and `stat`. Its texts are templates where the catalogue's are.
    ///
    /// As there, a file is deleted before it is put, a folder is put whole unless it is merged, modes of folders get the
    /// right to enter where they have the one to read, and what cannot be owned is told and passed over.
    func script(once: Bool) -> String {
        let work = once ? "if [ ! -e /configured ]; then\n\(work): > /configured\nfi\n" : work
        // Kolla's own parts the command at spaces, and so do the images that it is written for.
        return Self.beginning + work + "command=\(Self.word(command))\nIFS=$spaces\nexec $command\n"
    }

    /// The same on a node itself, where nothing is run; writes `changed` where something is not as it was. It needs
    /// `find`, `tar` and `sha256sum` beside.
    var task: String {
        Self.beginning + "all() {\n\(work)}\n" + Self.comparison
    }

    private var work: String {
        var text = ""
        for folder in folders { text += "make_folder \(Self.word(folder.path))\n" + Self.lines(folder) }
        for file in emptyFiles { text += "make_file \(Self.word(file.path))\n" + Self.lines(file) }
        for file in files { text += Self.lines(file) }
        for permission in permissions { text += Self.lines(permission) }
        return text.isEmpty ? ":\n" : text
    }

    private static func lines(_ file: File) -> String {
        """
        preserve=\(file.preservesProperties ? "1" : "") merge=\(file.merges ? "1" : "") \
        optional=\(file.isOptional ? "1" : "") \(attributes(file.owner, file.perm))
        install_all \(word(file.source)) \(word(file.dest))

        """
    }

    private static func lines(_ permission: Permission) -> String {
        var excluded = "excluded() { return 1; }"
        if !permission.exclude.isEmpty {
            // A path is passed over where all expressions fit it, as in Kolla.
            let tests = permission.exclude.map { "printf '%s\\n' \"$1\" | grep -Eq -e \(word($0))" }
            excluded = "excluded() { \(tests.joined(separator: " && ")); }"
        }
        return """
            \(excluded)
            \(attributes(permission.owner, permission.perm))
            permit_all \(word(permission.path)) \(permission.isRecursive ? "1" : "''")

            """
    }

    private static func attributes(_ owner: String?, _ perm: String?) -> String {
        var full = owner ?? ""
        if !full.isEmpty, !full.hasBraces {
            let parts = full.split(separator: ":", omittingEmptySubsequences: false)
            if parts.count == 1 || parts[1].isEmpty { full = "\(parts[0]):\(parts[0])" }
        }
        var modes = ("", "")
        if let perm, let mode = UInt32(perm, radix: 8) {
            // Who may read a folder may enter it.
            modes = (String(mode, radix: 8), String(mode | (mode & 0o444) >> 2, radix: 8))
        }
        return "owner=\(word(full)) mode=\(modes.0) folder_mode=\(modes.1)"
    }

    /// A word of a shell's.
    private static func word(_ text: String) -> String {
        // A line's end right behind a block would be trimmed away with it.
        text.hasBraces
            ? "{% filter quote %}\(text){% endfilter %}{{ '' }}" : "'" + text.replacing("'", with: "'\\''") + "'"
    }

    /// What is put is looked at before and after, contents, modes, owners and all; of what is owned, its modes and owners.
    private static let comparison = """
        looking=1
        before=$(all | sha256sum)
        looking=
        all
        looking=1
        after=$(all | sha256sum)
        if [ "$before" != "$after" ]; then echo changed; fi

        """

    private static let beginning = #"""
        #!/bin/sh
        set -eu
        spaces=$IFS
        IFS=
        looking=
        seen='%p %m %U %G\n'
        look() {
            tar --create --file=- --sort=name --mtime=@0 --absolute-names $2 -- "$1" 2> /dev/null || echo "no $1"
        }
        known() {
            if [ -z "$owner" ]; then return 0; fi
            id -u "${owner%%:*}" > /dev/null || exit 1
            group=${owner#*:}
            group=${group:-${owner%:}}
            if getent group "$group" > /dev/null 2>&1 || grep -q "^$group:" /etc/group; then return 0; fi
            echo "there is no group $group" >&2
            exit 1
        }
        make_folder() {
            if [ -z "$looking" ]; then mkdir -p "$1"; fi
        }
        make_file() {
            if [ -n "$looking" ]; then return 0; fi
            if [ -L "$1" ] || [ -d "$1" ] || [ ! -d "${1%/*}/" ]; then
                echo "$1 cannot be made: it is a link or a folder, or is in none" >&2
                exit 1
            fi
            if [ ! -e "$1" ]; then : > "$1"; fi
        }
        attributes() {
            [ -e "$1" ] || return 0
            if [ -n "$owner" ]; then
                case "$owner" in
                    *:) chown "$owner${owner%:}" "$1" ;;
                    *:*) chown "$owner" "$1" ;;
                    *) chown "$owner:$owner" "$1" ;;
                esac || echo "$1 cannot be given to $owner" >&2
            fi
            wanted=$mode
            if [ -d "$1" ]; then wanted=$folder_mode; fi
            if [ -n "$wanted" ]; then chmod "$wanted" "$1" || echo "$1 cannot get the mode $wanted" >&2; fi
        }
        properties() {
            if [ -z "$preserve" ]; then attributes "$2"; return; fi
            chmod "$(stat -L -c %a "$1")" "$2"
            chown "$(stat -L -c %u:%g "$1")" "$2"
            touch -r "$1" "$2"
        }
        put() {
            if [ ! -d "$1" ]; then
                rm -rf "$2"
                if [ -n "$preserve" ] && [ -n "$merge" ] && [ -L "$1" ]; then
                    cp -P "$1" "$2"
                else
                    cp "$1" "$2"
                    properties "$1" "$2"
                fi
                return
            fi
            if [ ! -d "$2" ]; then
                rm -rf "$2"
                mkdir -p "$2"
            fi
            properties "$1" "$2"
            for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
                if [ -e "$entry" ] || [ -L "$entry" ]; then put "$entry" "$2/${entry##*/}"; fi
            done
        }
        install_all() {
            found=
            for source in $1; do
                if [ ! -e "$source" ] && [ ! -L "$source" ]; then continue; fi
                found=1
                case "$2" in
                    */) place=$2${source##*/} ;;
                    *) place=$2 ;;
                esac
                if [ -n "$looking" ]; then
                    if [ -n "$merge" ] && [ -d "$source" ]; then
                        find -L "$source" -printf '%P\n' | sort | while read -r below; do
                            look "$place/$below" --no-recursion
                        done
                    else
                        look "$place" ''
                    fi
                    continue
                fi
                if [ -z "$preserve" ]; then known; fi
                if [ -z "$merge" ]; then rm -rf "$place"; fi
                case "$place" in
                    /*/*) mkdir -p "${place%/*}" ;;
                esac
                put "$source" "$place"
            done
            if [ -z "$found$optional$looking" ]; then
                echo "there is no $1" >&2
                exit 1
            fi
        }
        permit() {
            for below in "$1"/* "$1"/.[!.]* "$1"/..?*; do
                if [ ! -e "$below" ] && [ ! -L "$below" ]; then continue; fi
                if ! excluded "$below"; then attributes "$below"; fi
                if [ -d "$below" ] && [ ! -L "$below" ]; then permit "$below"; fi
            done
        }
        permit_all() {
            if [ -z "$looking" ]; then known; fi
            for top in $1; do
                if [ ! -e "$top" ]; then continue; fi
                if [ -n "$looking" ]; then
                    if [ -n "$2" ]; then find "$top" -printf "$seen"; else find "$top" -maxdepth 0 -printf "$seen"; fi
                    continue
                fi
                attributes "$top"
                if [ -n "$2" ] && [ -d "$top" ]; then permit "$top"; fi
            done
        }

        """#
}
