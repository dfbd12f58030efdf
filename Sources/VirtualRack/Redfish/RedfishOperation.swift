extension RedfishBMC {
    /// What can be done to the service beside reading it.
    enum Operation: Hashable, Sendable {
        case openSession
        case closeSession(String)
        case addAccount
        case changeAccount(String)
        case removeAccount(String)
        case changeNetwork
        case changeSystem, resetSystem, changeBIOS, resetBIOS, changeSecureBoot
        case insertMedium, ejectMedium, changeMedium
        case resetManager, clearLog
        case simpleUpdate, pushUpdate
        case cancelTask(String)
        case removeTask(String)
        case subscribe
        case unsubscribe(String)
        case submitTestEvent

        private static let fixed: [(method: String, path: String, operation: Self)] = [
            ("POST", RedfishPath.sessions, .openSession),
            ("POST", RedfishPath.accounts, .addAccount),
            ("PATCH", RedfishPath.interface, .changeNetwork),
            ("PATCH", RedfishPath.system, .changeSystem),
            ("POST", RedfishPath.action("ComputerSystem.Reset", on: RedfishPath.system), .resetSystem),
            ("PATCH", RedfishPath.nextBIOS, .changeBIOS),
            ("POST", RedfishPath.action("Bios.ResetBios", on: RedfishPath.bios), .resetBIOS),
            ("PATCH", RedfishPath.secureBoot, .changeSecureBoot),
            ("POST", RedfishPath.action("VirtualMedia.InsertMedia", on: RedfishPath.medium), .insertMedium),
            ("POST", RedfishPath.action("VirtualMedia.EjectMedia", on: RedfishPath.medium), .ejectMedium),
            ("PATCH", RedfishPath.medium, .changeMedium),
            ("POST", RedfishPath.action("Manager.Reset", on: RedfishPath.manager), .resetManager),
            ("POST", RedfishPath.action("LogService.ClearLog", on: RedfishPath.systemLog), .clearLog),
            ("POST", RedfishPath.action("UpdateService.SimpleUpdate", on: RedfishPath.update), .simpleUpdate),
            ("POST", RedfishPath.push, .pushUpdate),
            ("POST", RedfishPath.subscriptions, .subscribe),
            (
                "POST", RedfishPath.action("EventService.SubmitTestEvent", on: RedfishPath.eventService),
                .submitTestEvent
            ),
        ]

        private static let members: [(method: String, collection: String, operation: @Sendable (String) -> Self)] = [
            ("DELETE", RedfishPath.sessions, { .closeSession($0) }),
            ("PATCH", RedfishPath.accounts, { .changeAccount($0) }),
            ("DELETE", RedfishPath.accounts, { .removeAccount($0) }),
            ("DELETE", RedfishPath.taskMonitors, { .cancelTask($0) }),
            ("DELETE", RedfishPath.tasks, { .removeTask($0) }),
            ("DELETE", RedfishPath.subscriptions, { .unsubscribe($0) }),
        ]

        init?(_ method: String, _ path: String) {
            if let found = Self.fixed.first(where: { $0.method == method && $0.path == path }) {
                self = found.operation
                return
            }
            for row in Self.members where row.method == method {
                if let (id, rest) = RedfishPath.member(of: row.collection, in: path), rest.isEmpty {
                    self = row.operation(id)
                    return
                }
            }
            return nil
        }

        /// The `Allow` header of a resource.
        static func allowed(at path: String) -> String {
            let methods = ["PATCH", "POST", "DELETE"].filter { Self($0, path) != nil }
            return (["GET", "HEAD"] + methods).joined(separator: ", ")
        }

        var privilege: Privilege {
            switch self {
            case .openSession, .closeSession: .login
            case .addAccount, .removeAccount, .changeAccount: .configureUsers
            case .changeSystem, .resetSystem, .changeBIOS, .resetBIOS, .changeSecureBoot: .configureComponents
            case .changeNetwork, .insertMedium, .ejectMedium, .changeMedium, .resetManager, .clearLog, .subscribe,
                .unsubscribe,
                .submitTestEvent, .cancelTask, .removeTask:
                .configureManager
            case .simpleUpdate, .pushUpdate: .configureComponents
            }
        }
    }

    func perform(
        _ operation: Operation,
        _ request: Request,
        _ faults: [BMCFault]
    ) async throws(RedfishProblem) -> Answer {
        if request.method != "POST" { try await hold(request.ifMatch, at: request.path, faults) }
        switch operation {
        case .openSession: return try openSession(request.body, faults)
        case .closeSession(let id): return try closeSession(id, request.path)
        case .addAccount: return try await addAccount(request.body, faults)
        case .changeAccount(let id): return try await changeAccount(id, request, faults)
        case .removeAccount(let id): return try removeAccount(id, request.path)
        case .changeNetwork: return try await changeNetwork(request.body, faults)
        case .changeSystem: return try await changeSystem(request.body, faults)
        case .resetSystem: return try await resetSystem(request.body)
        case .changeBIOS: return try await changeBIOS(request.body, faults)
        case .resetBIOS:
            await machine.setNextSettings(FirmwareSettings(machine.definition))
            return .done
        case .changeSecureBoot: return try await changeSecureBoot(request.body, faults)
        case .insertMedium: return try await insertMedium(Self.members(request.body))
        case .ejectMedium: return try await ejectMedium()
        case .changeMedium: return try await changeMedium(Self.members(request.body))
        case .resetManager: return try resetManager(request.body)
        case .clearLog:
            state.log.removeAll()
            return .done
        case .simpleUpdate: return try await simpleUpdate(request.body)
        case .pushUpdate: return try pushUpdate(request)
        case .cancelTask(let id): return try cancelTask(id, request.path)
        case .removeTask(let id): return try removeTask(id, request.path)
        case .subscribe: return try await subscribe(request.body, faults)
        case .unsubscribe(let id):
            guard let id = Int(id), state.subscriptions.removeValue(forKey: id) != nil else {
                throw RedfishProblem(.nothing(at: request.path))
            }
            return .done
        case .submitTestEvent:
            note(.test)
            return .done
        }
    }
}
