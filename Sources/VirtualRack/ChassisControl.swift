/// What an IPMI simulator's chassis control program is asked: `get KEY...`, `set KEY VALUE...` or `check KEY VALUE...`
/// (OpenIPMI's lanserv, `chassis_control`).
enum ChassisRequest: Hashable, Sendable {
    case get([String])
    case set([Setting])
    case check([Setting])

    struct Setting: Hashable, Sendable {
        var key: String
        var value: String
    }

    init?(words: [String]) {
        guard let operation = words.first, words.count <= 32 else { return nil }
        let rest = Array(words.dropFirst())
        var settings: [Setting] = []
        for start in stride(from: 0, to: rest.count - 1, by: 2) {
            settings.append(Setting(key: rest[start], value: rest[start + 1]))
        }
        switch operation {
        case "get": self = .get(rest)
        case "set" where rest.count.isMultiple(of: 2): self = .set(settings)
        case "check" where rest.count.isMultiple(of: 2): self = .check(settings)
        default: return nil
        }
    }
}

extension ChassisRequest.Setting {
    /// The boot override that a `boot` value means. IPMI's flags are for the next start unless said otherwise, and
    /// the simulator does not pass on what is said otherwise.
    var bootOverride: BootOverride? {
        guard key == "boot" else { return nil }
        return switch value {
        case "pxe": BootOverride(target: .network, duration: .once)
        case "default", "disk": BootOverride(target: .disk, duration: .once)
        case "none": .disabled
        default: nil
        }
    }
}

extension VirtualMachine {
    /// Answers as the simulator reads it, `key:value` lines; nil for what is not known. Every request is asked more
    /// than once, so each does nothing when it is so already.
    func answer(_ request: ChassisRequest) async -> String? {
        switch request {
        case .get(let keys):
            var lines = ""
            for key in keys {
                switch key {
                case "power": lines += "power:\(power == .on ? 1 : 0)\n"
                case "boot":
                    let device =
                        switch bootOverride.target {
                        case .none: "none"
                        case .network, .http: "pxe"
                        case .disk: "default"
                        case .cd: "cdrom"
                        }
                    lines += "boot:\(device)\n"
                default: return nil
                }
            }
            return lines
        case .check(let settings):
            return settings.allSatisfy { $0.key != "boot" || $0.bootOverride != nil } ? "" : nil
        case .set(let settings):
            for setting in settings {
                switch (setting.key, setting.value) {
                case ("power", "1"): await powerOn()
                case ("power", "0"): await powerOff()
                case ("reset", _): await resetUnlessJustStarted()
                case ("shutdown", _): await pressPowerButton()
                case ("boot", _):
                    guard let override = setting.bootOverride else { return nil }
                    setBootOverride(override)
                case ("identify", _): break
                default: return nil
                }
            }
            return ""
        }
    }
}
