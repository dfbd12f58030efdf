import FoundationEssentials

/// How often an event is sent, and with what pauses.
enum EventDelivery {
    static let attempts = 3
    static let pauseSeconds = 1
}

/// Subscriptions, and events on their way.
extension RedfishBMC {
    private static let subscriptionLimit = 16

    func subscribe(_ body: [UInt8], _ faults: [BMCFault]) async throws(RedfishProblem) -> Answer {
        let members = try Self.members(body)
        guard let value = members["Destination"] else { throw RedfishProblem(.missing("Destination")) }
        let destination = try Self.text(value, "Destination")
        guard ["http://", "https://"].contains(where: { destination.lowercased().hasPrefix($0) }) else {
            throw RedfishProblem(.notInList(destination, "Destination"))
        }
        guard let `protocol` = members["Protocol"]?.text else { throw RedfishProblem(.missing("Protocol")) }
        guard `protocol` == "Redfish" else { throw RedfishProblem(.notInList(`protocol`, "Protocol")) }
        guard state.subscriptions.count < Self.subscriptionLimit, !faults.contains(.outOfSubscriptions) else {
            throw RedfishProblem(.tooManySubscriptions)
        }
        var subscription = RedfishState.Subscription(
            destination: destination,
            context: members["Context"]?.text ?? ""
        )
        for header in members["HttpHeaders"]?.array ?? [] {
            for (name, value) in header.object ?? [:] {
                guard let value = value.text, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { continue }
                subscription.headers.append(RedfishState.Header(name: name, value: value))
            }
        }
        let id = state.nextNumber()
        state.subscriptions[id] = subscription
        let path = "\(RedfishPath.subscriptions)/\(id)"
        var answer = await show(path, status: 201, faults)
        answer.headers["Location"] = path
        return answer
    }

    func loseSubscriptions(_ faults: [BMCFault]) {
        guard faults.contains(.lostSubscriptions) else { return }
        state.subscriptions = [:]
        machine.faults.clear(BMCFault.lostSubscriptions.name)
    }

    /// Sends an event; a subscriber who cannot be reached three times is subscribed no more.
    func deliver(_ entry: RedfishState.LogEntry, to subscription: RedfishState.Subscription, _ id: Int) async {
        let octets = (try? Self.event(entry, context: subscription.context).octets()) ?? []
        let headers = subscription.headers.map { (name: $0.name, value: $0.value) }
        for attempt in 1...EventDelivery.attempts {
            if (try? await network.post(octets, to: subscription.destination, headers: headers)) != nil { return }
            if attempt < EventDelivery.attempts { try? await Task.sleep(for: .seconds(EventDelivery.pauseSeconds)) }
        }
        state.subscriptions[id] = nil
    }

    private static func event(_ entry: RedfishState.LogEntry, context: String) -> JSON {
        let message = entry.message
        return [
            "@odata.type": "#Event.v1_10_1.Event", "Id": .string("\(entry.id)"), "Name": "Event",
            "Context": .string(context),
            "Events": [
                [
                    "MemberId": "0", "EventId": .string("\(entry.id)"), "EventType": message.eventType,
                    "EventTimestamp": RedfishTree.time(entry.time), "MessageSeverity": message.severity,
                    "Severity": message.severity, "Message": .string(message.text),
                    "MessageId": .string("\(BMCMessage.registry).\(message.name)"),
                    "MessageArgs": RedfishTree.choice(message.arguments),
                    "OriginOfCondition": .link(message.origin),
                ]
            ],
        ]
    }
}
