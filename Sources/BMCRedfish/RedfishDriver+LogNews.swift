import BMC
import Redfish

/// The event log read again and again: one question where nothing is new.
extension RedfishDriver {
    func logNews(since mark: BMCLogMark?, limit: Int) async throws -> BMCLogNews {
        let operation = "reading what is new in the event log"
        let limit = max(1, limit)
        var place = mark?.place ?? ""
        if place.isEmpty { place = try await eventLogService(operation).entries }
        let members = try await logMembers(place, operation)
        let ids = members.map(Self.id)
        guard let mark else {
            return BMCLogNews(events: [], mark: try await self.mark(place, members, ids, operation))
        }
        let position = LogPosition(
            count: mark.count,
            first: mark.first,
            last: mark.last,
            newest: mark.newest,
            time: mark.time
        )
        var news = position.news(in: ids)
        if news == .none { return BMCLogNews(events: [], mark: mark) }
        if case .entries = news, let place = ids.firstIndex(of: mark.newest), let known = mark.time,
            let entry = try await entry(members[place], operation), entry.time != known
        {
            news = .restarted  // Another entry of the same name.
        }
        let fresh: [JSON]
        switch news {
        case .none: fresh = []
        case .entries(let range): fresh = Array(members[range])
        case .restarted: fresh = members
        }
        // The newest ones are read; those that stand in the answer already cost nothing.
        let isDescending = try await isNewestFirst(members, operation)
        let wanted = isDescending ? Array(fresh.prefix(limit)) : Array(fresh.suffix(limit))
        var entries: [LogEntry] = []
        for member in wanted {
            if let entry = try await entry(member, operation) { entries.append(entry) }
        }
        if isDescending { entries.reverse() }
        return BMCLogNews(
            events: entries.map(BMCEvent.init),
            omitted: fresh.count - wanted.count,
            mark: try await self.mark(place, members, ids, operation),
            wasRestarted: news == .restarted && mark.count > 0
        )
    }

    /// All entries, or links to them, in the service's own order.
    private func logMembers(_ place: String, _ operation: String) async throws -> [JSON] {
        var members: [JSON] = []
        var next: String? = place
        var seen: Set<String> = []
        while let page = next, seen.insert(page).inserted, seen.count <= 64 {
            let json = try await get(page, operation).json
            members += (json["Members"].array ?? []).prefix(10_000 - members.count)
            next = ResourceCollection(json).next
        }
        return members
    }

    private static func id(_ member: JSON) -> String {
        member["@odata.id"].string ?? member.string ?? member["Id"].string ?? "?"
    }

    private func entry(_ member: JSON, _ operation: String) async throws -> LogEntry? {
        if (member.object?.count ?? 0) > 1 { return LogEntry(member) }
        guard let path = member.link else { return nil }
        let answer = try await authorized("GET", path, operation: operation) { $0 }
        return answer.status == 200 ? LogEntry(answer.json) : nil
    }

    private func isNewestFirst(_ members: [JSON], _ operation: String) async throws -> Bool {
        guard members.count > 1, let first = members.first, let last = members.last,
            let one = try await entry(first, operation), let other = try await entry(last, operation)
        else { return false }
        return LogEntry.sorted([one, other]).first != one
    }

    private func mark(
        _ place: String,
        _ members: [JSON],
        _ ids: [String],
        _ operation: String
    ) async throws -> BMCLogMark {
        guard let first = ids.first, let last = ids.last else { return BMCLogMark(place: place, count: 0) }
        let isDescending = try await isNewestFirst(members, operation)
        let newest = isDescending ? members.first : members.last
        let time = if let newest { try await entry(newest, operation)?.time } else { Double?.none }
        return BMCLogMark(
            place: place,
            count: ids.count,
            first: first,
            last: last,
            newest: isDescending ? first : last,
            time: time
        )
    }
}
