public import Catalog
import FoundationEssentials

/// The catalogue as it lies in a folder: `roles/`, `services/`, `networks/`, `environments/`, `rules/`, `runbooks/`, `tasks/`, `vars/`, `pods/`,
/// `templates/`, `files/` and `parameters.yaml`.
public struct CatalogFolder: Sendable {
    public var path: String
    /// Which of `environments/` are used, in their order.
    public var environments: [String]

    public init(path: String, environments: [String] = []) {
        self.path = path
        self.environments = environments.map { name in
            let file = name.split(separator: "/").last.map(String.init) ?? name
            return file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file
        }
    }

    /// Those whose files are one thing each.
    private static let folders = ["roles", "services", "networks", "environments", "rules", "runbooks"]

    /// Reads and checks all of it.
    ///
    /// - Throws: ``Catalog/CatalogProblems`` with everything that is wrong in every file.
    public func load() throws(CatalogProblems) -> Catalog {
        var problems: [CatalogProblem] = []
        var files: [Catalog.File] = []
        var paths = Self.folders.flatMap { folder in
            names(in: folder, ending: ".yaml").map { folder + "/" + $0 }
        }
        for folder in ["tasks", "vars"] {
            paths += below(folder).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.map { folder + "/" + $0 }
        }
        if FileManager.default.fileExists(atPath: path + "/parameters.yaml") { paths.append("parameters.yaml") }
        for file in paths {
            do {
                files.append(Catalog.File(path: file, tree: try YAMLReader.read(try octets(file), file: file)))
            } catch {
                problems.append(error)
            }
        }
        for file in below("pods").filter({ $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }).map({ "pods/" + $0 }) {
            do {
                let start = SourceLocation(file: file, line: 1, column: 1)
                let documents = SourceTree(.list(try YAMLReader.documents(try octets(file), file: file)), at: start)
                files.append(Catalog.File(path: file, tree: documents))
            } catch {
                problems.append(error)
            }
        }
        problems += strangers()
        var templates: [String: String] = [:]
        for name in names(in: "templates", ending: "") {
            do {
                templates[name] = String(decoding: try octets("templates/" + name), as: UTF8.self)
            } catch {
                problems.append(error)
            }
        }
        var copied: [String: [UInt8]] = [:]
        for name in below("files") {
            do {
                copied[name] = try octets("files/" + name)
            } catch {
                problems.append(error)
            }
        }
        guard problems.isEmpty else {
            throw CatalogProblems(
                problems + Catalog.problems(in: files, templates: templates, copied: copied).problems
            )
        }
        return try Catalog(files: files, templates: templates, copied: copied, environments: environments)
    }

    /// All files in a folder and those in it, by their paths from there.
    private func below(_ folder: String) -> [String] {
        let top = path + "/" + folder
        let found = (try? FileManager.default.subpathsOfDirectory(atPath: top)) ?? []
        return found.sorted().filter { name in
            var isFolder = false
            let exists = FileManager.default.fileExists(atPath: top + "/" + name, isDirectory: &isFolder)
            return exists && !isFolder && !name.split(separator: "/").contains { $0.hasPrefix(".") }
        }
    }

    /// Reads roles from the texts of files that do not lie here, by the files' names.
    ///
    /// - Throws: ``Catalog/CatalogProblems`` with everything that is wrong in every file.
    public static func roles(in texts: [String: String]) throws(CatalogProblems) -> [Role] {
        try Catalog.roles(in: files(in: "roles", texts))
    }

    /// The same for rules.
    public static func rules(in texts: [String: String]) throws(CatalogProblems) -> [Rule] {
        try Catalog.rules(in: files(in: "rules", texts))
    }

    /// Reads the rules that lie here, and nothing else.
    ///
    /// - Throws: ``Catalog/CatalogProblems`` with everything that is wrong in every file.
    public func rules() throws(CatalogProblems) -> [Rule] {
        var texts: [String: String] = [:]
        var problems: [CatalogProblem] = []
        for name in names(in: "rules", ending: ".yaml") {
            do {
                texts[name] = String(decoding: try octets("rules/" + name), as: UTF8.self)
            } catch {
                problems.append(error)
            }
        }
        guard problems.isEmpty else { throw CatalogProblems(problems) }
        return try Self.rules(in: texts)
    }

    private static func files(in folder: String, _ texts: [String: String]) throws(CatalogProblems) -> [Catalog.File] {
        var problems: [CatalogProblem] = []
        var files: [Catalog.File] = []
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            let path = folder + "/" + name
            guard !name.contains("/") else {
                let place = SourceLocation(file: path, line: 1, column: 1)
                problems.append(CatalogProblem("'\(name)' is not the name of a file", at: place))
                continue
            }
            do {
                files.append(Catalog.File(path: path, tree: try YAMLReader.read(Array(text.utf8), file: path)))
            } catch {
                problems.append(error)
            }
        }
        guard problems.isEmpty else {
            throw CatalogProblems(problems + Catalog.problems(in: files, templates: [:]).problems)
        }
        return files
    }

    /// What looks like a part of the catalogue and would never be read.
    private func strangers() -> [CatalogProblem] {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else {
            return [CatalogProblem("there is no such folder", at: SourceLocation(file: path, line: 1, column: 1))]
        }
        let top = (names(in: "", ending: ".yaml") + names(in: "", ending: ".yml"))
            .filter { !["parameters.yaml", "controller.yaml"].contains($0) }
        let inner = Self.folders.flatMap { folder in
            names(in: folder, ending: ".yml").map { folder + "/" + $0 }
        }
        return (top + inner).map { file in
            CatalogProblem(
                "this file is not read: the catalogue is roles/*.yaml, services/*.yaml, networks/*.yaml, "
                    + "environments/*.yaml, rules/*.yaml, runbooks/*.yaml and parameters.yaml",
                at: SourceLocation(file: file, line: 1, column: 1)
            )
        }
    }

    private func names(in folder: String, ending: String) -> [String] {
        let found = (try? FileManager.default.contentsOfDirectory(atPath: path + "/" + folder)) ?? []
        return found.filter { !$0.hasPrefix(".") && $0.hasSuffix(ending) }.sorted()
    }

    private func octets(_ file: String) throws(CatalogProblem) -> [UInt8] {
        do {
            return try UnreadableFile.octets(of: path + "/" + file)
        } catch {
            throw CatalogProblem(error.reason, at: SourceLocation(file: file, line: 1, column: 1))
        }
    }
}

/// Why a file cannot be read, in words for an operator.
public struct UnreadableFile: Error, Hashable, Sendable, CustomStringConvertible {
    public var path: String
    /// Such as "permission denied".
    public var reason: String

    public var description: String { "\(path): \(reason)" }

    static func octets(of path: String) throws(Self) -> [UInt8] {
        do {
            return try [UInt8](Data(contentsOf: URL(filePath: path)))
        } catch {
            throw Self(path: path, reason: reason(error, path))
        }
    }

    private static func reason(_ error: any Error, _ path: String) -> String {
        var isFolder = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder {
            return "this is a folder, a file is needed"
        }
        switch (error as? CocoaError)?.code {
        case .fileReadNoSuchFile, .fileNoSuchFile: return "there is no such file"
        case .fileReadNoPermission: return "permission denied"
        case .fileReadTooLarge: return "the file is too large"
        case let code: return "the file cannot be read" + (code.map { " (code \($0.rawValue))" } ?? "")
        }
    }
}

extension ControllerConfiguration {
    /// Reads `controller.yaml`.
    ///
    /// - Throws: ``UnreadableFile``, or `CatalogProblems` with all that is wrong in it.
    public init(file: String) throws {
        let octets = try UnreadableFile.octets(of: file)
        let tree: SourceTree
        do {
            tree = try YAMLReader.read(octets, file: file)
        } catch {
            throw CatalogProblems([error])
        }
        try self.init(tree)
    }
}
