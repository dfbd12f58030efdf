import BMC
import Redfish

/// Events that the service sends.
extension RedfishDriver {
    /// Somebody may have let their subscriptions pile up; ours are found all the same.
    private static let largestTable = 64

    func subscribe(_ wanted: BMCSubscription) async throws -> BMCSubscribed {
        let operation = "subscribing to events"
        let service = try await eventService(operation)
        guard service.isEnabled != false else {
            throw client.error(.refused, operation, "\(service.path) is switched off (ServiceEnabled is false)")
        }
        guard let table = service.subscriptions else {
            throw client.error(.notSupported, operation, "\(service.path) keeps no subscriptions")
        }
        let wish = EventWish(
            destination: wanted.destination,
            marks: wanted.marks,
            context: wanted.context,
            header: (wanted.headerName, wanted.secret.reveal())
        )
        let found = try await destinations(in: table, operation)
        let wantedOnes = found.filter { wish.standing(of: $0) == .wanted }
        let stale = found.filter { wish.standing(of: $0) == .stale } + wantedOnes.dropFirst()
        for subscription in stale { try await remove(subscription, operation) }
        let others = found.count - wantedOnes.count - (stale.count - wantedOnes.dropFirst().count)
        if let here = wantedOnes.first {
            return BMCSubscribed(place: here.path, isNew: false, replaced: stale.count, others: others)
        }
        let (place, remarks) = try await make(wish, at: table, service, others: others, operation)
        return BMCSubscribed(
            place: place,
            isNew: true,
            replaced: stale.count,
            others: others,
            remarks: remarks
        )
    }

    func unsubscribe(marks: [String]) async throws -> Int {
        let operation = "ending the subscription to events"
        guard let table = try await eventService(operation).subscriptions else { return 0 }
        let wish = EventWish(destination: "", marks: marks, context: "")
        let ours = try await destinations(in: table, operation).filter { wish.standing(of: $0) == .stale }
        for subscription in ours { try await remove(subscription, operation) }
        return ours.count
    }

    func submitTestEvent(id: String, at instant: Double) async throws {
        let operation = "asking for a test event"
        let service = try await eventService(operation)
        guard let test = service.test else {
            throw client.error(.refused, operation, "\(service.path) has no action that sends a test event")
        }
        var refusal: BMCError?
        for body in service.testBodies(id: id, time: instant) {
            let answer = try await authorized("POST", test, body: body, operation: operation) { $0 }
            if answer.isSuccess { return }
            let error = failure(answer, operation, at: test)
            guard error.kind == .refused else { throw error }
            refusal = refusal ?? error
        }
        throw refusal ?? client.error(.refused, operation, "\(test): nothing could be tried")
    }

    private func eventService(_ operation: String) async throws -> EventService {
        guard let path = root.eventService else {
            throw client.error(.notSupported, operation, "the service root names no event service")
        }
        let answer = try await authorized("GET", path, operation: operation) { $0 }
        // Some name one that they do not have.
        guard answer.status != 404 else {
            throw client.error(.notSupported, operation, "\(path) is named by the service root and not there")
        }
        guard answer.status == 200 else { throw failure(answer, operation, at: path) }
        guard let service = EventService(answer.json, path: path) else {
            throw client.error(.notSupported, operation, "\(path) holds no event service")
        }
        return service
    }

    private func destinations(in table: String, _ operation: String) async throws -> [EventDestination] {
        var found: [EventDestination] = []
        var next: String? = table
        var pages = 0
        while let page = next, pages < 8 {
            pages += 1
            let json = try await get(page, operation).json
            for member in (json["Members"].array ?? []).prefix(Self.largestTable - found.count) {
                guard let path = member.link else { continue }
                var document = member
                if (member.object?.count ?? 0) <= 1 {
                    let answer = try await authorized("GET", path, operation: operation) { $0 }
                    // Ended meanwhile, or no more than a line in the table.
                    if [404, 405, 410].contains(answer.status) { continue }
                    guard answer.status == 200 else { throw failure(answer, operation, at: path) }
                    document = answer.json
                }
                if let destination = EventDestination(document, path: path) { found.append(destination) }
            }
            next = ResourceCollection(json).next
        }
        return found
    }

    private func remove(_ subscription: EventDestination, _ operation: String) async throws {
        let answer = try await authorized("DELETE", subscription.path, operation: operation) { $0 }
        guard answer.isSuccess || [404, 410].contains(answer.status) else {
            throw failure(answer, operation, at: subscription.path)
        }
    }

    /// Asks in one way after another, and looks whether it is there then.
    private func make(
        _ wish: EventWish,
        at table: String,
        _ service: EventService,
        others: Int,
        _ operation: String
    ) async throws -> (place: String, remarks: [String]) {
        var ladder = SubscriptionLadder(
            wish,
            to: service,
            strategy: try await chosenStrategy(operation).strategy
        )
        while true {
            let answer = try await authorized("POST", table, body: ladder.body, operation: operation) { $0 }
            if answer.isSuccess {
                let remarks = ladder.hasHeader ? [] : ["the BMC sends no header along: the path alone is the secret"]
                let found = try await destinations(in: table, operation)
                if let here = found.first(where: { wish.standing(of: $0) == .wanted }) { return (here.path, remarks) }
                // Some show none of what they have.
                if let place = answer.location { return (place, remarks + ["the BMC does not show it in its table"]) }
                throw client.error(.refused, operation, "\(table) took it and does not show it")
            }
            if answer.problem?.isAboutFullTable == true {
                throw client.error(
                    .refused,
                    operation,
                    "\(table) is full: \(others) subscriptions of others, \(answer.problemText)"
                )
            }
            let error = failure(answer, operation, at: table)
            // 405 and 501 are said where there is a service and no way to subscribe.
            guard error.kind == .refused, ![403, 405].contains(answer.status), ladder.next(after: answer.problem)
            else { throw error }
        }
    }
}
