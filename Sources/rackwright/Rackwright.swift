import ArgumentParser

@main
struct Rackwright: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rackwright",
        abstract: "Provision bare-metal machines by plan.",
        discussion: """
            The controller is `rackwright serve`; the other commands ask it over HTTPS. On the controller itself they find \
            their token and CA in its state folder; elsewhere give --controller, --token-file and --ca, or set \
            RACKWRIGHT_CONTROLLER, RACKWRIGHT_TOKEN_FILE and RACKWRIGHT_CA.
            """,
        subcommands: [Serve.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Machines",
                subcommands: [
                    NodeCommand.self, ExplainCommand.self, TimelineCommand.self, InventoryCommand.self,
                    BMCCommand.self, ConsoleCommand.self, BootCommand.self, DoctorCommand.self,
                ]
            ),
            CommandGroup(
                name: "Plans",
                subcommands: [
                    CatalogCommand.self, RulesCommand.self, MatchCommand.self, PlanCommand.self, ApplyCommand.self,
                    RunCommand.self, RunbookCommand.self, NetworkCommand.self,
                ]
            ),
            CommandGroup(
                name: "Stock and access",
                subcommands: [ImageCommand.self, ContainerCommand.self, SecretCommand.self, TokenCommand.self]
            ),
        ]
    )
}
