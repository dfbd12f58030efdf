import Foundation
import TestSupport

@testable import StepRunner

/// Kolla's own `set_configs.py`, as its package has it.
///
/// It is of `$RACKWRIGHT_KOLLA`, a virtual environment with the package `kolla` in it, or of one that is installed from
/// the package index.
struct KollaOracle {
    /// Nil where there is none and none can be had.
    static let shared: KollaOracle? = find()

    let python: String
    let folder: String

    private static func find() -> KollaOracle? {
        if let given = ProcessInfo.processInfo.environment["RACKWRIGHT_KOLLA"] { return KollaOracle(given) }
        return Python.environment("kolla").flatMap { KollaOracle($0) }
    }

    private init?(_ place: String) {
        python = place + "/bin/python3"
        let top = place + "/lib"
        let found = ((try? FileManager.default.contentsOfDirectory(atPath: top)) ?? []).map {
            "\(top)/\($0)/site-packages/kolla/docker/base"
        }
        guard let folder = found.first(where: { FileManager.default.fileExists(atPath: $0 + "/set_configs.py") }) else {
            return nil
        }
        self.folder = folder
    }

    /// Puts the files and sets the permissions that a `config.json` says, as an image of Kolla's does at its start.
    func apply(_ config: String) throws -> Int {
        let program = """
            import json, sys, set_configs as s
            config = json.load(open(sys.argv[1]))
            s.validate_config(config)
            s.create_directories(config)
            s.create_files(config)
            for entry in config.get("config_files", []):
                s.ConfigFile(**entry).copy()
            s.handle_permissions(config)
            """
        let words = [python, "-c", program, config]
        return try ProcessExecutor().run(
            Command(arguments: words, environment: ["PYTHONPATH": folder], timeout: 60)
        ).status
    }
}
