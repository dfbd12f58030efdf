import Foundation
import TestSupport

@testable import StepRunner

/// A real ansible-core, asked to carry out the same tasks.
///
/// It is `$RACKWRIGHT_ANSIBLE`, or one that is installed from the package index.
struct AnsibleOracle {
    /// The `ansible-playbook`; nil where there is none and none can be had.
    static let shared: AnsibleOracle? = find()

    let program: String
    /// The Python that it runs in.
    var python: String { URL(filePath: program).deletingLastPathComponent().path + "/python3" }
    /// Where its collections are, for modules that are not in ansible-core.
    let collections: [String]
    /// Where mitogen's strategies are: tasks in one Python, so that a thousand do not take ten minutes; nil without it.
    let strategies: String?

    private static func find() -> AnsibleOracle? {
        if let given = ProcessInfo.processInfo.environment["RACKWRIGHT_ANSIBLE"] { return AnsibleOracle(given) }
        return Python.environment("ansible").flatMap { AnsibleOracle($0 + "/bin/ansible-playbook") }
    }

    private init?(_ program: String) {
        guard FileManager.default.isExecutableFile(atPath: program) else { return nil }
        self.program = program
        let top = URL(filePath: program).deletingLastPathComponent().deletingLastPathComponent().path + "/lib"
        let pythons = (try? FileManager.default.contentsOfDirectory(atPath: top)) ?? []
        strategies = pythons.map { "\(top)/\($0)/site-packages/ansible_mitogen/plugins/strategy" }
            .first { FileManager.default.fileExists(atPath: $0) }
        collections = pythons.flatMap { python -> [String] in
            let folder = "\(top)/\(python)/site-packages/ansible_collections"
            let owners = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return owners.flatMap { owner in
                ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(owner)")) ?? []).map {
                    "\(owner).\($0)"
                }
            }
        }
    }

    /// Runs a playbook on this machine. Answers what went wrong; nil when nothing did.
    func play(_ playbook: String, variables: String, _ options: [String] = [], in folder: String) throws -> String? {
        // The module for crontabs wants the program to be there, even where it works on a file.
        let programs = folder + "/bin"
        try? FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
        try? FileManager.default.createSymbolicLink(atPath: programs + "/crontab", withDestinationPath: "/bin/false")
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin"
        let command = Command(
            arguments: [program, "-i", "localhost,", "-c", "local", "-e", variables] + options + [playbook],
            environment: [
                "HOME": folder, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "ANSIBLE_LOCALHOST_WARNING": "False",
                "ANSIBLE_NOCOLOR": "1", "ANSIBLE_PIPELINING": "True", "ANSIBLE_RETRY_FILES_ENABLED": "False",
                "ANSIBLE_DEPRECATION_WARNINGS": "False",
                // Accounts of daemons have no shell that would run a command.
                "ANSIBLE_BECOME_METHOD": "su", "ANSIBLE_BECOME_FLAGS": "-s /bin/sh",
                "ANSIBLE_STRATEGY_PLUGINS": strategies ?? "",
                "PATH": "\(programs):\(path)",
                "ANSIBLE_PYTHON_INTERPRETER": python,
            ],
            timeout: 900
        )
        let result = try ProcessExecutor().run(command)
        guard result.status != 0 else { return nil }
        return "ansible-playbook ended with \(result.status): \((result.outputText + result.errorText).suffix(2000))"
    }
}
