import HTTPTypes

/// What is asked on the rack's sockets.
extension VirtualRack {
    /// `POST /chassis` for the IPMI simulators; `GET /machines`, `POST /machines/NAME/power` and `/machines/NAME/faults`
    /// for people.
    static func control(_ machines: [VirtualMachine]) -> LocalServer.Handler {
        { head, body in
            let words = String(decoding: body, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
            func machine(_ name: String?) -> VirtualMachine? { machines.first { $0.definition.name == name } }
            let path = (head.path ?? "").split(separator: "/").map(String.init)
            switch (head.method, path.first, path.count) {
            case (.post, "chassis", 1):
                guard let machine = machine(words.first), let request = ChassisRequest(words: Array(words.dropFirst())),
                    let answer = await machine.answer(request)
                else { return text(400, "not understood: \(words)\n") }
                return text(200, answer)
            case (.get, "machines", 1):
                var lines = ""
                for machine in machines {
                    let name = machine.definition.name
                    lines += "\(name) \(await machine.power) starts \(await machine.starts) \(machine.serialLog)\n"
                }
                return text(200, lines)
            case (.post, "machines", 3) where path[2] == "power":
                guard let machine = machine(path[1]) else { return text(404, "no machine \(path[1])\n") }
                switch words.first {
                case "on": await machine.powerOn()
                case "off": await machine.powerOff()
                case "reset": await machine.reset()
                case "button": await machine.pressPowerButton()
                case "network": await machine.setBootOverride(BootOverride(target: .network, duration: .once))
                default: return text(400, "on, off, reset, button or network\n")
                }
                return text(200, "\(await machine.power)\n")
            case (.get, "machines", 3) where path[2] == "faults", (.post, "machines", 3) where path[2] == "faults":
                guard let machine = machine(path[1]) else { return text(404, "no machine \(path[1])\n") }
                let line = words.joined(separator: " ")
                guard head.method == .get || machine.faults.order(line, at: .now) else {
                    return text(400, "FAULT [for SECONDSs] or clear [NAME]; not understood: \(line)\n")
                }
                return text(200, machine.faults.inForce(at: .now).map { "\($0)\n" }.joined())
            default: return text(404, "no such thing\n")
            }
        }
    }

    private static func text(_ status: Int, _ text: String) -> LocalServer.Answer {
        LocalServer.Answer(status: status, headers: ["Content-Type": "text/plain"], body: Array(text.utf8))
    }

    /// Asks a running rack on its control socket; how `virtual-rack` commands reach it.
    public static func ask(stateFolder: String, path: String, body: String?) async throws -> String {
        var words = [
            "curl", "--silent", "--show-error", "--max-time", "60", "--unix-socket",
            StateFolder(path: stateFolder).controlSocket,
        ]
        if let body { words += ["--data", body] }
        return try await Command(words: words + ["http://rack\(path)"]).run()
    }
}
