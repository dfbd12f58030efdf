import Glibc

/// Changes the node's files; before each change, what is there is noted and kept.
///
/// A file is written beside its place, synchronized, given its owner and mode, and renamed: a reader or a power
/// cut sees the old file or the new one.
struct FileChanges {
    let files: NodeFiles
    /// Only says what would change.
    var isDry = false
    /// Whose what is new is, where nothing else is said; nil for the agent's own.
    var newOwner: Owner?
    /// Called with a path before what stands there is changed.
    let willChange: (String) throws -> Void

    struct Owner: Hashable {
        var user: UInt32
        var group: UInt32
    }

    /// Owner, group and mode that a file shall have; nil leaves what is there.
    struct Attributes: Hashable {
        var mode: FileMode?
        var user: UInt32?
        var group: UInt32?
    }

    /// Writes a file, unless it is already so. True when something changed.
    ///
    /// Without a mode, a new file gets 0644 and an old one keeps its own; likewise owner and group. `validate` is asked
    /// with the place of the new contents before they take the old ones'. A link to a file stays one, unless it is to be
    /// replaced.
    func write(
        _ octets: [UInt8],
        to path: String,
        _ attributes: Attributes = Attributes(),
        replacingLink: Bool = false,
        validate: ((String) throws -> Void)? = nil
    ) throws -> Bool {
        let target = replacingLink ? path : try resolved(path)
        let there = try files.status(target)
        let old = there?.kind == .link ? nil : there
        if let old {
            guard old.kind == .file else { throw ModuleFailure("\(path) is there and is not a file") }
            if old.size == octets.count, try files.read(target) == octets {
                return try apply(attributes, to: target)
            }
        }
        if isDry { return true }
        guard try files.status(folder(of: target), followingLinks: true)?.kind == .directory else {
            throw ModuleFailure("the folder \(folder(of: target)) of \(path) does not exist")
        }
        try willChange(target)
        try replace(
            target,
            with: octets,
            mode: attributes.mode?.applied(to: old?.mode ?? 0o644, isDirectory: false) ?? old?.mode ?? 0o644,
            user: attributes.user ?? old?.user ?? newOwner?.user,
            group: attributes.group ?? old?.group ?? newOwner?.group,
            validate: validate
        )
        return true
    }

    /// Puts a whole file in place at once, noting nothing.
    func replace(
        _ path: String,
        with octets: [UInt8],
        mode: UInt32,
        user: UInt32?,
        group: UInt32?,
        validate: ((String) throws -> Void)? = nil
    ) throws {
        let place = files.place(path)
        let temporary = folder(of: place) + "/." + lastPart(of: place) + ".rackwright"
        unsafe unlink(temporary)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(doing: "writing", path: path, code: errno) }
        var kept = false
        defer {
            close(descriptor)
            if !kept { unsafe unlink(temporary) }
        }
        var sent = 0
        while sent < octets.count {
            let count = unsafe octets.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: sent), octets.count - sent)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError(doing: "writing", path: path, code: errno) }
            sent += count
        }
        if user != nil || group != nil {
            guard fchown(descriptor, user ?? UInt32.max, group ?? UInt32.max) == 0 else {
                throw FileError(doing: "giving away", path: path, code: errno)
            }
        }
        guard fchmod(descriptor, mode) == 0 else {
            throw FileError(doing: "setting the mode of", path: path, code: errno)
        }
        guard fsync(descriptor) == 0 else { throw FileError(doing: "synchronizing", path: path, code: errno) }
        try validate?(temporary)
        guard unsafe rename(temporary, place) == 0 else {
            throw FileError(doing: "renaming to", path: path, code: errno)
        }
        kept = true
        synchronize(folderAt: folder(of: place))
    }

    /// Gives what is there the attributes. True when something changed.
    func apply(_ attributes: Attributes, to path: String) throws -> Bool {
        guard let old = try files.status(path), old.kind != .link else { return false }
        let mode = attributes.mode?.applied(to: old.mode, isDirectory: old.kind == .directory) ?? old.mode
        let user = attributes.user ?? old.user
        let group = attributes.group ?? old.group
        guard mode != old.mode || user != old.user || group != old.group else { return false }
        if isDry { return true }
        try willChange(path)
        try setAttributes(of: path, mode: mode, user: user, group: group, old: old)
        return true
    }

    func setAttributes(of path: String, mode: UInt32, user: UInt32, group: UInt32, old: FileStatus?) throws {
        let place = files.place(path)
        if user != old?.user || group != old?.group {
            guard unsafe lchown(place, user, group) == 0 else {
                throw FileError(doing: "giving away", path: path, code: errno)
            }
        }
        guard unsafe chmod(place, mode) == 0 else {
            throw FileError(doing: "setting the mode of", path: path, code: errno)
        }
    }

    /// Makes a folder and those above it. True when something was made.
    func makeDirectory(_ path: String, _ attributes: Attributes = Attributes()) throws -> Bool {
        if let old = try files.status(path, followingLinks: true) {
            guard old.kind == .directory else { throw ModuleFailure("\(path) is there and is not a folder") }
            return false
        }
        if isDry { return true }
        let above = folder(of: path)
        if !above.isEmpty, above != path { _ = try makeDirectory(above, attributes) }
        try willChange(path)
        guard unsafe mkdir(files.place(path), 0o755) == 0 || errno == EEXIST else {
            throw FileError(doing: "making the folder", path: path, code: errno)
        }
        // The process's mask must not decide.
        unsafe chmod(files.place(path), 0o755)
        synchronize(folderAt: folder(of: files.place(path)))
        let quiet = FileChanges(files: files) { _ in }
        var attributes = attributes
        attributes.user = attributes.user ?? newOwner?.user
        attributes.group = attributes.group ?? newOwner?.group
        _ = try quiet.apply(attributes, to: path)
        return true
    }

    func makeLink(_ path: String, to target: String) throws {
        if isDry { return }
        try willChange(path)
        let place = files.place(path)
        let temporary = folder(of: place) + "/." + lastPart(of: place) + ".rackwright"
        unsafe unlink(temporary)
        let (user, group) = (newOwner?.user ?? UInt32.max, newOwner?.group ?? UInt32.max)
        guard unsafe symlink(target, temporary) == 0, unsafe lchown(temporary, user, group) == 0,
            unsafe rename(temporary, place) == 0
        else {
            let code = errno
            unsafe unlink(temporary)
            throw FileError(doing: "linking", path: path, code: code)
        }
        synchronize(folderAt: folder(of: place))
    }

    /// A second name of a file, where nothing is.
    func makeHardLink(_ path: String, to target: String) throws {
        if isDry { return }
        try willChange(path)
        guard unsafe link(files.place(target), files.place(path)) == 0 else {
            throw FileError(doing: "linking", path: path, code: errno)
        }
        synchronize(folderAt: folder(of: files.place(path)))
    }

    /// Sets the times of a file to now.
    func touch(_ path: String) throws {
        if isDry { return }
        try willChange(path)
        guard unsafe utimensat(AT_FDCWD, files.place(path), nil, 0) == 0 else {
            throw FileError(doing: "touching", path: path, code: errno)
        }
    }

    /// Removes a file, link or whole folder. True when there was one.
    func remove(_ path: String) throws -> Bool {
        guard let old = try files.status(path) else { return false }
        if isDry { return true }
        if old.kind == .directory {
            for name in try files.names(in: path) { _ = try remove(path + "/" + name) }
        }
        try willChange(path)
        let place = files.place(path)
        guard unsafe old.kind == .directory ? rmdir(place) == 0 : unlink(place) == 0 else {
            throw FileError(doing: "removing", path: path, code: errno)
        }
        synchronize(folderAt: folder(of: place))
        return true
    }

    /// The file behind a chain of links, so that a link to a file stays one.
    func resolved(_ path: String) throws -> String {
        var path = path
        for _ in 0..<20 {
            guard try files.status(path)?.kind == .link else { return path }
            let target = try files.linkTarget(path)
            path = target.hasPrefix("/") ? target : folder(of: path) + "/" + target
        }
        throw FileError(doing: "following links from", path: path, code: ELOOP)
    }
}

func synchronize(folderAt place: String) {
    let descriptor = unsafe open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
}
