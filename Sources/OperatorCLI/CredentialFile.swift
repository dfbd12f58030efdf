import Catalog
import FoundationEssentials
import Glibc
public import OperatorAPI
import YAML

/// A file of logins that may open BMCs, in the order in which they are tried.
///
/// YAML: a list of maps with `name`, `user`, `password` or `password_file`, and `vendor` and `ranges` where a login is not
/// for all. CSV: the same names in the first line, several ranges with spaces between.
public enum CredentialFile {
    private static let columns = ["name", "user", "password", "password_file", "vendor", "ranges"]

    /// A login as it is written, every value with it.
    private struct Entry {
        var place: String
        var values: [String: String]
        var ranges: [String] = []
    }

    /// Reads a file that nobody but its owner and group may read or change.
    public static func read(_ path: String) throws(ClientProblem) -> [ScanBMCs.Credential] {
        let text = try secretText(path)
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return try credentials(text, file: path) { (name: String) throws(ClientProblem) in
            var password = try secretText(name.hasPrefix("/") || folder.isEmpty ? name : "\(folder)/\(name)")
            while password.last?.isNewline == true { password.removeLast() }
            return password
        }
    }

    /// Reads a file's text. No error says what is in it.
    ///
    /// - Parameter passwordFile: the text of a file that is named in it
    static func credentials(
        _ text: String,
        file: String,
        passwordFile: (String) throws(ClientProblem) -> String
    ) throws(ClientProblem) -> [ScanBMCs.Credential] {
        let entries = file.lowercased().hasSuffix(".csv") ? try csv(text, file) : try yaml(text, file)
        var credentials: [ScanBMCs.Credential] = []
        var problems: [String] = []
        for entry in entries {
            func value(_ name: String) -> String? { entry.values[name].flatMap { $0.isEmpty ? nil : $0 } }
            var password = value("password") ?? ""
            if let other = value("password_file") {
                if value("password") != nil { problems.append("\(entry.place): password and password_file: give one") }
                do {
                    password = try passwordFile(other)
                } catch {
                    problems += error.reasons.map { "\(entry.place): \($0)" }
                }
            } else if value("password") == nil {
                problems.append("\(entry.place): neither password nor password_file")
            }
            let name = value("name") ?? ""
            if name.isEmpty { problems.append("\(entry.place): a login needs a name, to be called by") }
            if credentials.contains(where: { $0.name == name }) {
                problems.append("\(entry.place): there is a login '\(name)' above")
            }
            credentials.append(
                ScanBMCs.Credential(
                    name: name,
                    user: value("user") ?? "",
                    password: password,
                    vendor: value("vendor"),
                    ranges: entry.ranges
                )
            )
        }
        if credentials.isEmpty && problems.isEmpty { problems.append("\(file): no logins") }
        guard problems.isEmpty else { throw ClientProblem(problems.map(\.oneLine)) }
        return credentials
    }

    // MARK: Forms

    private static func csv(_ text: String, _ file: String) throws(ClientProblem) -> [Entry] {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        let heads = (lines.first.flatMap { CSVLine.fields($0) } ?? []).map { $0.lowercased() }
        guard heads.contains("name"), heads.allSatisfy(columns.contains), Set(heads).count == heads.count else {
            let known = columns.joined(separator: ",")
            throw ClientProblem("\(file):1: the first line must name the columns, which are some of \(known)")
        }
        var entries: [Entry] = []
        for (index, line) in lines.enumerated().dropFirst()
        where !line.allSatisfy(\.isWhitespace) && !line.hasPrefix("#") {
            guard let fields = CSVLine.fields(line), fields.count == heads.count else {
                throw ClientProblem("\(file):\(index + 1): not \(heads.count) fields as the first line has")
            }
            let values = Dictionary(zip(heads, fields)) { first, _ in first }
            let ranges = (values["ranges"] ?? "").split(separator: " ").map(String.init)
            entries.append(Entry(place: "\(file):\(index + 1)", values: values, ranges: ranges))
        }
        return entries
    }

    private static func yaml(_ text: String, _ file: String) throws(ClientProblem) -> [Entry] {
        let tree: SourceTree
        do {
            tree = try YAMLReader.read(Array(text.utf8), file: file)
        } catch {
            // Its own words may hold a piece of a password.
            throw ClientProblem("\(error.location): this is no YAML; a password with signs in it wants quotes")
        }
        guard case .list(let items) = tree.content else { throw ClientProblem("\(file): a list of logins is expected") }
        var entries: [Entry] = []
        for item in items {
            guard case .map(let members) = item.content else {
                throw ClientProblem("\(item.location): a login is a map of \(columns.joined(separator: ", "))")
            }
            var entry = Entry(place: "\(item.location)", values: [:])
            for member in members {
                guard let key = member.key.text, columns.contains(key), entry.values[key] == nil else {
                    let known = columns.joined(separator: ", ")
                    throw ClientProblem("\(member.key.location): one of \(known), once, is expected")
                }
                if key == "ranges", case .list(let ranges) = member.value.content {
                    entry.ranges = ranges.compactMap(\.text)
                    entry.values[key] = ""
                } else if let text = member.value.text {
                    entry.values[key] = text
                    if key == "ranges" { entry.ranges = text.split(separator: " ").map(String.init) }
                } else {
                    throw ClientProblem("\(member.value.location): a text is expected")
                }
            }
            entries.append(entry)
        }
        return entries
    }

    private static func secretText(_ path: String) throws(ClientProblem) -> String {
        var found = stat()
        guard unsafe stat(path, &found) == 0 else { throw ClientProblem("there is no file \(path)".oneLine) }
        guard found.st_mode & S_IFMT == S_IFREG else { throw ClientProblem("\(path) is not a file".oneLine) }
        guard found.st_mode & 0o006 == 0 else {
            throw ClientProblem("\(path) holds passwords and everyone may read or change it: chmod 600 \(path)".oneLine)
        }
        guard found.st_size <= 1 << 20, let data = FileManager.default.contents(atPath: path),
            let text = String(validating: data, as: UTF8.self)
        else { throw ClientProblem("\(path) cannot be read as text in UTF-8".oneLine) }
        return text
    }
}
