import AgentAPI
import Jinja

/// A module: how it is run, and what it does. Which arguments it takes says its ``ModuleSignature``.
struct ModuleDefinition: Sendable {
    /// What a module does to the node.
    enum Effect: Sendable {
        /// It looks, waits, or works on the run itself.
        case none
        /// It changes things, and can say what it would change.
        case foreseen
        /// Nobody can say beforehand what it does: in check mode it is passed over.
        case unforeseen
    }

    /// Arguments that the module itself evaluates, so that they reach it as they were written.
    var unrendered: Set<String> = []
    var effect = Effect.foreseen
    /// May be run again after a power cut in the middle of it.
    var isRepeatable: @Sendable (ModuleArguments) -> Bool = { _ in true }
    /// Acts beyond files, so that its start must be on the disk before it acts.
    var actsOutsideFiles = false
    var run: @Sendable (ModuleArguments, ModuleContext) throws -> Fields
}

extension NativeModule {
    var definition: ModuleDefinition {
        switch self {
        case .ansiblePlaybook: .ansiblePlaybook
        case .apt: .apt
        case .aptRepository: .aptRepository
        case .assemble: .assemble
        case .assert: .assert
        case .authorizedKey: .authorizedKey
        case .blockInFile: .blockInFile
        case .command: .command
        case .copy: .copy
        case .cron: .cron
        case .debug: .debug
        case .dnf, .yum: .dnf
        case .dockerContainer, .podmanContainer: .podmanContainer
        case .fail: .fail
        case .fetch: .fetch
        case .file: .file
        case .filesystem: .filesystem
        case .find: .find
        case .getURL: .getURL
        case .getent: .getent
        case .group: .group
        case .hostname: .hostname
        case .includeVars: .includeVars
        case .iniFile: .iniFile
        case .iptables: .iptables
        case .lineinfile: .lineInFile
        case .meta: .meta
        case .modprobe: .modprobe
        case .mount: .mount
        case .mysqlDatabase: .mysqlDatabase
        case .mysqlUser: .mysqlUser
        case .nmcli: .nmcli
        case .package: .package
        case .pacemakerCluster: .pacemakerCluster
        case .pacemakerIsActive: .pacemakerIsActive
        case .pacemakerResource: .pacemakerResource
        case .pause: .pause
        case .ping: .ping
        case .pip: .pip
        case .podmanImage: .podmanImage
        case .podmanVolume: .podmanVolume
        case .raw: .raw
        case .reboot: .reboot
        case .replace: .replace
        case .rpmKey: .rpmKey
        case .script: .script
        case .seboolean: .seboolean
        case .selinux: .selinux
        case .service, .systemd: .service
        case .serviceFacts: .serviceFacts
        case .setFact: .setFact
        case .setup: .setup
        case .shell: .shell
        case .slurp: .slurp
        case .stat: .stat
        case .sysctl: .sysctl
        case .tempfile: .tempfile
        case .template: .template
        case .timezone: .timezone
        case .unarchive: .unarchive
        case .uri: .uri
        case .user: .user
        case .waitFor: .waitFor
        case .waitForConnection: .waitForConnection
        case .yumRepository: .yumRepository
        }
    }
}
