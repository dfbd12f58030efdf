/// One request to an `http://` URL and its answer (RFC 9112), without redirects and bounded.
struct HTTPRequest {
    var method = "GET"
    var url: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// Seconds for all of it.
    var timeout = 30.0
}

struct HTTPAnswer: Hashable {
    var status: Int
    var reason: String
    /// Names in lower case.
    var headers: [String: String]
    var body: [UInt8]

    private static let largestBody = 8 << 20
    private static let largestHead = 64 << 10

    /// Sends the request and waits for the whole answer.
    init(to request: HTTPRequest, clock: any StepClock) throws(ConnectionError) {
        let target = try HTTPTarget(request.url)
        let connection = try Connection(host: target.host, port: target.port, timeout: request.timeout, clock: clock)
        var head = "\(request.method) \(target.path) HTTP/1.1\r\nHost: \(target.authority)\r\nConnection: close\r\n"
        for header in request.headers {
            let text = header.name + header.value
            guard !text.utf8.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 }) else {
                throw ConnectionError("the header \(header.name) holds a line break")
            }
            head += "\(header.name): \(header.value)\r\n"
        }
        if !request.headers.contains(where: { $0.name.lowercased() == "user-agent" }) {
            head += "User-Agent: rackwright-agent\r\n"
        }
        if !request.body.isEmpty || request.method == "POST" || request.method == "PUT" {
            head += "Content-Length: \(request.body.count)\r\n"
        }
        try connection.send(Array(head.utf8) + [0x0D, 0x0A] + request.body)

        var octets: [UInt8] = []
        var rest: Int?
        while rest == nil {
            let part = try connection.receive()
            guard !part.isEmpty else { throw ConnectionError("the connection ended before the answer's headers did") }
            octets += part
            rest = Self.endOfHead(octets)
            guard rest != nil || octets.count <= Self.largestHead else { throw ConnectionError("headers without end") }
            // An interim answer (1xx) is followed by the real one.
            while let end = rest, octets.starts(with: Array("HTTP/1.1 1".utf8)) {
                octets.removeFirst(end)
                rest = Self.endOfHead(octets)
            }
        }
        let end = rest ?? octets.count
        (status, reason, headers) = try Self.parseHead(octets[..<end])
        body = Array(octets[end...])
        if request.method == "HEAD" || status == 204 || status == 304 {
            body = []
            return
        }
        let chunked = headers["transfer-encoding"]?.lowercased().contains("chunked") == true
        let length = headers["content-length"].flatMap { Int(trimmed($0)) }
        while true {
            guard body.count <= Self.largestBody else { throw ConnectionError("the answer is larger than 8 MiB") }
            if chunked, let whole = try Self.joinedChunks(body) {
                body = whole
                return
            }
            if !chunked, let length, body.count >= length {
                body = Array(body.prefix(max(0, length)))
                return
            }
            let part = try connection.receive()
            if part.isEmpty {
                guard !chunked, length == nil else { throw ConnectionError("the connection ended within the answer") }
                return
            }
            body += part
        }
    }

    private static func endOfHead(_ octets: [UInt8]) -> Int? {
        guard octets.count >= 4 else { return nil }
        for index in 0...(octets.count - 4)
        where octets[index] == 0x0D && octets[index + 1] == 0x0A && octets[index + 2] == 0x0D
            && octets[index + 3] == 0x0A
        {
            return index + 4
        }
        return nil
    }

    private static func parseHead(
        _ octets: ArraySlice<UInt8>
    ) throws(ConnectionError) -> (Int, String, [String: String]) {
        var lines: [String] = []
        for line in octets.split(separator: 0x0A) {
            lines.append(trimmed(String(decoding: line, as: UTF8.self)))
        }
        let first = (lines.first ?? "").split(separator: " ", maxSplits: 2)
        guard first.count >= 2, first[0].hasPrefix("HTTP/1."), let status = Int(first[1]), (100...999).contains(status)
        else {
            throw ConnectionError("the answer is not HTTP: '\((lines.first ?? "").prefix(60))'")
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].lowercased()
            let value = trimmed(String(line[line.index(after: colon)...]))
            headers[name] = headers[name].map { $0 + ", " + value } ?? value
        }
        return (status, first.count > 2 ? String(first[2]) : "", headers)
    }

    /// The body when its last chunk has arrived; nil before.
    private static func joinedChunks(_ octets: [UInt8]) throws(ConnectionError) -> [UInt8]? {
        var body: [UInt8] = []
        var position = 0
        while let end = octets[position...].firstIndex(of: 0x0A) {
            let line = trimmed(String(decoding: octets[position..<end], as: UTF8.self))
            let digits = line.split(separator: ";", omittingEmptySubsequences: false).first.map { trimmed(String($0)) }
            guard let size = Int(digits ?? "", radix: 16), (0...largestBody).contains(size) else {
                throw ConnectionError("a chunk's size is '\(line.prefix(20))'")
            }
            if size == 0 { return body }
            let start = end + 1
            guard octets.count >= start + size + 2 else { return nil }
            body += octets[start..<(start + size)]
            position = start + size + 2
        }
        return nil
    }
}

/// The parts of an `http://` URL.
struct HTTPTarget: Hashable {
    var host: String
    var port: Int
    var authority: String
    var path: String

    init(_ url: String) throws(ConnectionError) {
        guard url.hasPrefix("http://") else { throw ConnectionError("'\(url)': only http:// URLs are known") }
        guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw ConnectionError("'\(url)' holds white space or control characters")
        }
        let rest = url.dropFirst("http://".count)
        let slash = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        authority = String(rest[..<slash])
        var tail = String(rest[slash...].prefix { $0 != "#" })
        if !tail.hasPrefix("/") { tail = "/" + tail }
        path = tail
        var text = Substring(authority)
        if let at = text.lastIndex(of: "@") { text = text[text.index(after: at)...] }
        var portText: Substring?
        if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
            host = String(text[text.index(after: text.startIndex)..<close])
            let after = text[text.index(after: close)...]
            portText = after.hasPrefix(":") ? after.dropFirst() : nil
        } else if let colon = text.lastIndex(of: ":") {
            host = String(text[..<colon])
            portText = text[text.index(after: colon)...]
        } else {
            host = String(text)
        }
        guard let number = portText.map({ Int($0) }) ?? 80, !host.isEmpty else {
            throw ConnectionError("'\(url)' is not a URL")
        }
        port = number
    }
}
