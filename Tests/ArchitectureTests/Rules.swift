/// The rules of the rooms. Each gives one sentence for each place that breaks it.
struct Rules {
    var package: PackageText
    var files: [SourceFile] = []
    var tests: [SourceFile] = []

    /// Modules that come with a product of another name: who declares the product may import them.
    static let companions: [String: Set<String>] = [
        "CryptoExtras": ["_CryptoExtras"],
        "HTTPTypes": ["Hummingbird", "AsyncHTTPClient"],
        "HummingbirdCore": ["Hummingbird"],
        "NIOFoundationCompat": ["NIOCore"],
        "NIOHTTP1": ["Hummingbird", "AsyncHTTPClient"],
        "SwiftASN1": ["X509"],
        "SystemPackage": ["Subprocess"],
        "UnixSignals": ["ServiceLifecycle"],
    ]

    /// What every target may import: it comes with the toolchain.
    static let toolchain: Set<String> = [
        "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Musl", "Swift", "Synchronization",
    ]

    /// A target depends on those that stand above it, never on those below.
    func dependenciesPointUp() -> [String] {
        var above: Set<String> = []
        var broken: [String] = []
        for target in ["wire", "domain"].flatMap(package.targets(of:)) {
            for name in target.targets.sorted() where !above.contains(name) {
                broken.append(
                    "Package.swift: \(target.name) depends on \(name), which is not above it in wire and domain"
                )
            }
            above.insert(target.name)
        }
        for edges in ["agentEdges", "controllerEdges"] {
            var above = above.union(package.allTargets.filter(\.isSystemLibrary).map(\.name))
            for target in package.targets(of: edges) {
                for name in target.targets.sorted() where !above.contains(name) {
                    broken.append("Package.swift: \(target.name) depends on \(name), which is not above it in \(edges)")
                }
                above.insert(target.name)
            }
        }
        return broken
    }

    /// Wire and domain open no sockets and no files: of other packages they take values alone.
    func pureRoomsStayPure(_ allowed: Set<String> = ["Crypto", "_CryptoExtras", "OrderedCollections"]) -> [String] {
        ["wire", "domain"].flatMap(package.targets(of:)).flatMap { target in
            target.products.subtracting(allowed).sorted().map { "Package.swift: \(target.name) depends on \($0)" }
        }
    }

    /// Whatever an agent's edge reaches is no controller's edge, and the other way round; C libraries are for both.
    func agentAndControllerStayApart() -> [String] {
        let shared = Set(package.allTargets.filter(\.isSystemLibrary).map(\.name))
        func names(_ list: String) -> Set<String> {
            Set(package.targets(of: list).map(\.name)).subtracting(shared)
        }
        let agent = names("agentEdges")
        let controller = names("controllerEdges")
        var broken: [String] = []
        for (side, other) in [
            (agent.union(["rackwright-agent"]), controller), (controller.union(["rackwright"]), agent),
        ] {
            for name in side.sorted() {
                for reached in package.closure(of: name).intersection(other).sorted() {
                    broken.append("Package.swift: \(name) reaches \(reached), an edge of the other program")
                }
            }
        }
        return broken
    }

    /// The named library has one target that lets it in.
    func oneDoor(to libraries: [String]) -> [String] {
        libraries.compactMap { library in
            let doors = package.allTargets.filter { $0.products.union($0.targets).contains(library) }.map(\.name)
            return doors.count == 1 ? nil : "Package.swift: \(library) is let in by \(doors), not by one target"
        }
    }

    /// A file imports what its target declares.
    func importsAreDeclared() -> [String] {
        let targets = Dictionary(package.allTargets.map { ($0.name, $0) }) { first, _ in first }
        return eachImport { file, module in
            guard let target = targets[file.target] else { return "\(file.target) is not in Package.swift" }
            let declared = target.targets.union(target.products)
            if declared.contains(module) || Self.toolchain.contains(module) { return nil }
            if let products = Self.companions[module], !products.isDisjoint(with: declared) { return nil }
            return "\(file.target) imports \(module) without declaring it"
        }
    }

    /// All of Foundation brings ICU with it, which the agent's one file has no room for.
    func foundationStaysOut() -> [String] {
        let rooms = Set(
            ["wire", "domain", "agentEdges"].flatMap(package.targets(of:)).map(\.name) + ["rackwright-agent"]
        )
        return eachImport { file, module in
            guard module == "Foundation", rooms.contains(file.target) else { return nil }
            return "\(file.target) imports Foundation; FoundationEssentials is what it may have"
        }
    }

    func filesStayShort(_ limit: Int = 400) -> [String] {
        files.filter { $0.lineCount > limit }.map { "\($0.path):\(limit + 1): has \($0.lineCount) lines" }
    }

    func namesSayWhatThingsAre(
        _ endings: [String] = ["Manager", "Helper", "Helpers", "Utils", "Utilities", "Impl"]
    ) -> [String] {
        files.flatMap { file in
            file.types.filter { type in endings.contains { type.name.hasSuffix($0) } }.map {
                "\(file.path):\($0.line): \($0.name) does not say what it is"
            }
        }
    }

    /// Where many files are open, Foundation's `Process` of Swift 6.3 reads past the end of what readdir(3) gave it and, now
    /// and then, ends the program that wanted to start another.
    func foundationStartsNoPrograms() -> [String] {
        (files + tests).flatMap { file in
            file.foundationProcesses.map { "\(file.path):\($0): starts a program by Foundation's Process" }
        }
    }

    private func eachImport(_ verdict: (SourceFile, String) -> String?) -> [String] {
        files.flatMap { file in
            file.imports.compactMap { found in
                verdict(file, found.module).map { "\(file.path):\(found.line): \($0)" }
            }
        }
    }
}
