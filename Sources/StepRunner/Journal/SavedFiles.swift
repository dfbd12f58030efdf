import Glibc

/// Keeps what a bundle replaces, and puts it back.
struct SavedFiles {
    let files: NodeFiles
    /// The bundle's folder of saved files, an absolute place.
    let folder: String
    let journal: Journal

    private var agentFiles: FileChanges { FileChanges(files: NodeFiles(root: "")) { _ in } }

    /// Notes what stands at `path` and copies it when it is a file.
    func save(_ path: String, unit: String) throws {
        let before: SavedFile.Before
        if let status = try files.status(path) {
            switch status.kind {
            case .file:
                let copy = "\(journal.saved.count)"
                let octets = try files.read(path)
                try agentFiles.replace("\(folder)/\(copy)", with: octets, mode: 0o600, user: nil, group: nil)
                before = .file(copy: copy, mode: status.mode, user: status.user, group: status.group)
            case .directory:
                before = .directory(mode: status.mode, user: status.user, group: status.group)
            case .link: before = .link(target: try files.linkTarget(path))
            case .other: before = .other
            }
        } else {
            before = .absent
        }
        try journal.append(.saved(SavedFile(path: path, unit: unit, before: before)))
    }

    /// Puts back what was saved once. May be done twice. True when something had to be changed.
    func restore(_ saved: SavedFile) throws -> Bool {
        let changes = FileChanges(files: files) { _ in }
        let now = try files.status(saved.path)
        switch saved.before {
        case .absent:
            guard let now else { return false }
            // What others put into a folder of ours since then stays.
            if now.kind == .directory, try !files.names(in: saved.path).isEmpty { return false }
            return try changes.remove(saved.path)
        case .file(let copy, let mode, let user, let group):
            let octets = try NodeFiles(root: "").read("\(folder)/\(copy)")
            if let now, now.kind == .file, now.mode == mode, now.user == user, now.group == group,
                try files.read(saved.path) == octets
            {
                return false
            }
            if now?.kind == .directory { _ = try changes.remove(saved.path) }
            try changes.replace(saved.path, with: octets, mode: mode, user: user, group: group)
            return true
        case .directory(let mode, let user, let group):
            var changed = false
            if now?.kind != .directory {
                _ = try changes.remove(saved.path)
                changed = try changes.makeDirectory(saved.path)
            }
            let wanted = FileChanges.Attributes(mode: FileMode(bits: mode), user: user, group: group)
            return try changes.apply(wanted, to: saved.path) || changed
        case .link(let target):
            if now?.kind == .link, try files.linkTarget(saved.path) == target { return false }
            if now?.kind == .directory { _ = try changes.remove(saved.path) }
            try changes.makeLink(saved.path, to: target)
            return true
        case .other:
            guard now?.kind == .other else {
                throw ModuleFailure("it was neither file, folder nor link, and such are not kept")
            }
            return false
        }
    }
}
