import Jinja
import OrderedCollections

/// An entry of the node's `/etc/passwd`, with what belongs to it.
struct Account {
    var name: String
    var number: Int
    var group: Int
    var comment: String
    var home: String
    var shell: String

    init?(_ name: String, _ files: NodeFiles) {
        guard let fields = accountFields(of: name, in: "/etc/passwd", files), fields.count >= 7,
            let number = Int(fields[2]), let group = Int(fields[3])
        else { return nil }
        self.name = name
        self.number = number
        self.group = group
        comment = fields[4]
        home = fields[5]
        shell = fields[6]
    }

    /// The password's hash, and after how many days since 1970 the account ends.
    func shadow(_ files: NodeFiles) -> (password: String, expires: String)? {
        guard let fields = accountFields(of: name, in: "/etc/shadow", files), fields.count >= 8 else { return nil }
        return (fields[1], fields[7])
    }

    /// The groups that name it as a member.
    func groups(_ files: NodeFiles) -> [String] {
        accountLines(in: "/etc/group", files).compactMap { fields in
            guard fields.count >= 4, fields[3].split(separator: ",").contains(Substring(name)) else { return nil }
            return fields[0]
        }
    }
}

/// The fields of the line that a file of accounts has for a name.
func accountFields(of name: String, in file: String, _ files: NodeFiles) -> [String]? {
    accountLines(in: file, files).first { $0.first == name }
}

private func accountLines(in file: String, _ files: NodeFiles) -> [[String]] {
    guard let text = try? files.readText(file) else { return [] }
    return text.split(separator: "\n").map { line in
        line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    }
}
