import AgentAPI
import Jinja

/// A module: which parameters it knows and what it does.
struct ModuleDefinition: Sendable {
    var parameters: Set<String>
    /// Other names of parameters.
    var aliases: [String: String] = [:]
    /// Takes parameters of any name (`set_fact`).
    var isOpen = false
    /// A free-form text that is not `key=value` words.
    var isFreeForm = false
    /// Parameters that the module itself evaluates, so that they reach it as they were written.
    var unrendered: Set<String> = []
    /// May be run again after a power cut in the middle of it.
    var isRepeatable: @Sendable (ModuleArguments) -> Bool = { _ in true }
    /// Acts beyond files, so that its start must be on the disk before it acts.
    var actsOutsideFiles = false
    var run: @Sendable (ModuleArguments, ModuleContext) throws -> Fields
}

extension NativeModule {
    var definition: ModuleDefinition {
        switch self {
        case .assert: .assert
        case .command: .command
        case .copy: .copy
        case .debug: .debug
        case .fail: .fail
        case .file: .file
        case .lineinfile: .lineInFile
        case .meta: .meta
        case .modprobe: .modprobe
        case .pause: .pause
        case .service: .service
        case .shell: .shell
        case .slurp: .slurp
        case .stat: .stat
        case .sysctl: .sysctl
        case .systemd: .systemd
        case .template: .template
        case .uri: .uri
        case .blockInFile: .blockInFile
        case .setFact: .setFact
        case .waitFor: .waitFor
        }
    }
}
