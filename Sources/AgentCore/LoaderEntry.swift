/// One boot entry in the Boot Loader Specification's type 1 form: `loader/entries/*.conf`.
public struct LoaderEntry: Hashable, Sendable {
    /// Paths from the root of the file system that holds the entry.
    public var linux: String?
    public var initrd: [String]
    /// All `options` lines, joined.
    public var options: String
    public var version: String?

    public init(_ text: String) {
        initrd = []
        var options: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
            guard words.count == 2, let key = words.first, !key.hasPrefix("#") else { continue }
            let value = words[1].split(whereSeparator: \.isWhitespace).joined(separator: " ")
            switch key {
            case "linux": linux = value
            case "initrd": initrd.append(value)
            case "options": options.append(value)
            case "version": version = value
            default: break
            }
        }
        self.options = options.joined(separator: " ")
    }
}

/// The command line for a kernel that is started without its boot loader.
public enum InstalledCommandLine {
    /// What the installed system would have said, with `added` after it, where the kernel lets the last word win.
    ///
    /// - Parameters:
    ///   - installed: options of a loader entry or the text of `/etc/kernel/cmdline`, if there are any
    ///   - rootPartition: the root partition's GUID in the GPT
    public static func text(installed: String?, rootPartition: String, added: String) -> String {
        var words = (installed ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
        // Variables are for the loader that is not there.
        words.removeAll { $0.hasPrefix("$") }
        if !words.contains(where: { $0.hasPrefix("root=") }) {
            words.insert("root=PARTUUID=\(rootPartition.lowercased())", at: 0)
            if !words.contains("rw") && !words.contains("ro") { words.append("ro") }
        }
        if installed == nil { words.append("console=ttyS0") }
        words += added.split(whereSeparator: \.isWhitespace).map(String.init)
        return words.joined(separator: " ")
    }
}
