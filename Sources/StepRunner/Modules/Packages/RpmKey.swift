import FoundationEssentials
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// A key that RPM packages are signed with.
    static let rpmKey = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let key = try arguments.requiredText("key")
        let isPresent = try arguments.choice("state", of: ["present", "absent"], or: "present") == "present"
        let temporary = "/tmp/rackwright-\(UUID().uuidString)"
        defer { _ = try? FileChanges(files: context.files) { _ in }.remove(temporary) }
        var place: String?
        var number = key.lowercased()
        if number.hasPrefix("0x") { number.removeFirst(2) }
        if !number.allSatisfy(\.isHexDigit) {
            var path = key
            if key.contains("://") {
                path = temporary
                let octets = try download(key, arguments, context)
                _ = try FileChanges(files: context.files) { _ in }.write(octets, to: path)
            }
            place = context.files.place(path)
            let shown = try context.runSuccessfully(
                ["gpg", "--no-tty", "--batch", "--with-colons", "--show-keys", context.files.place(path)]
            )
            let records = shown.outputText.split(separator: "\n").map {
                $0.split(separator: ":", omittingEmptySubsequences: false)
            }
            guard let key = records.first(where: { $0.first == "pub" && $0.count > 4 }) else {
                throw ModuleFailure("Not a valid key \(key)")
            }
            number = key[4].lowercased()
            if let wanted = try arguments.text("fingerprint") {
                let found = records.first { $0.first == "fpr" && $0.count > 9 }.map { String($0[9]) } ?? ""
                guard found.uppercased() == wanted.filter({ !$0.isWhitespace }).uppercased() else {
                    throw ModuleFailure("The specified fingerprint, '\(wanted)', does not match any key fingerprints")
                }
            }
        }
        let short = String(number.suffix(8))
        let known = try context.run(["rpm", "-q", "gpg-pubkey", "--qf", "%{VERSION}\n"]).outputText
        let isThere = known.split(separator: "\n").contains { $0.lowercased().hasSuffix(short) }
        guard isThere != isPresent else { return ["changed": false] }
        if isPresent {
            guard let place else { throw ModuleFailure("When importing a key, a valid file must be given") }
            try context.act(["rpm", "--import", place])
        } else {
            try context.act(["rpm", "--erase", "--allmatches", "gpg-pubkey-\(short)"])
        }
        return ["changed": true]
    }
}
