import FoundationEssentials
import Glibc
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// Downloads a file, unless the one that is there is what is wanted.
    static let getURL = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let url = try arguments.requiredText("url")
        var path = try arguments.requiredText("dest")
        let forces = try arguments.flag("force", or: false)
        let isInFolder = path.hasSuffix("/") || isFolder(path, context)
        if isInFolder {
            while path.hasSuffix("/") { path.removeLast() }
            let name = lastPart(of: String(url.prefix { $0 != "?" && $0 != "#" }))
            path += "/" + (name.isEmpty ? "index.html" : name)
        }
        let isThere = try context.files.status(path, followingLinks: true) != nil
        let started = context.clock.now()
        var fields: Fields = [
            "url": .string(url), "dest": .string(path), "elapsed": 0, "checksum_src": .none, "checksum_dest": .none,
        ]
        let wanted = try told(fields) { try digest(arguments, context) }
        let old = isThere ? try context.files.read(path, limit: 1 << 30) : []
        let isWanted = wanted.map { FileDigest.hexadecimal($0.name, old) == $0.value }
        if isThere, !forces, isWanted == true {
            let changed = try context.changes.apply(arguments.attributes(context.files), to: path)
            fields["changed"] = .bool(changed)
            fields["msg"] = "file already exists"
            fields.merge(placeFields(path, context)) { $1 }
            return fields
        }
        let isKnown = isThere && !forces && isWanted == nil
        let newer = isKnown ? try context.files.status(path, followingLinks: true)?.changed : nil
        let bare = fields.filter { !$0.key.hasPrefix("checksum") }
        let octets = try told(bare) { try download(url, ifNewerThan: newer, arguments, context) }
        fields["elapsed"] = .int(Int(context.clock.now() - started))
        guard let octets else {
            fields["changed"] = .bool(try context.changes.apply(arguments.attributes(context.files), to: path))
            fields["msg"] = "HTTP Error 304: Not Modified"
            fields["status_code"] = 304
            fields.merge(placeFields(path, context)) { $1 }
            return fields
        }
        fields["checksum_src"] = .string(sha1(octets))
        if isThere { fields["checksum_dest"] = .string(sha1(old)) }
        if let wanted {
            let found = FileDigest.hexadecimal(wanted.name, octets)
            guard found == wanted.value else {
                throw ModuleFailure(
                    "The checksum for \(path) did not match \(wanted.value); it was \(found).",
                    fields: fields
                )
            }
        }
        fields["msg"] = .string("OK (\(octets.count) bytes)")
        if context.isCheck {
            fields["changed"] = .bool(!isThere || old != octets)
            return fields
        }
        var placed = try told(fields) { try place(octets, at: path, arguments, context, as: .onNode) }
        for key in ["src", "checksum", "path"] { placed[key] = nil }
        fields.merge(placed) { $1 }
        fields["status_code"] = url.hasPrefix("http") ? 200 : Value.none
        return fields
    }

    /// What is known when `body` fails is told with its failure.
    private static func told<Result>(_ fields: Fields, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch var failure as ModuleFailure {
            failure.fields = fields
            throw failure
        }
    }

    /// The octets behind a URL: of `http` by the agent itself, of others by the node's curl.
    static func download(_ url: String, _ arguments: ModuleArguments, _ context: ModuleContext) throws -> [UInt8] {
        try download(url, ifNewerThan: nil, arguments, context) ?? []
    }

    /// Nil when the server says that nothing is newer than `seconds` since 1970.
    private static func download(
        _ url: String,
        ifNewerThan seconds: Double?,
        _ arguments: ModuleArguments,
        _ context: ModuleContext
    ) throws -> [UInt8]? {
        let timeout = try arguments.number("timeout") ?? 10
        var headers: [(name: String, value: String)] = []
        for (name, value) in arguments["headers"]?.asDict ?? [:] { headers.append((name, value.description)) }
        if let user = try arguments.text("url_username") {
            let secret = "\(user):\(try arguments.text("url_password") ?? "")"
            headers.append(("Authorization", "Basic " + Data(Array(secret.utf8)).base64EncodedString()))
        }
        if let seconds { headers.append(("If-Modified-Since", httpDate(seconds))) }
        if url.hasPrefix("http://"), context.becomeUser == nil {
            var request = HTTPRequest(url: url)
            request.timeout = timeout
            request.headers = headers
            if let answer = try? HTTPAnswer(to: request, clock: context.clock) {
                if answer.status == 200 { return answer.body }
                if answer.status == 304 { return nil }
            }
        }
        let temporary = "/tmp/rackwright-\(UUID().uuidString)"
        defer { _ = try? FileChanges(files: context.files) { _ in }.remove(temporary) }
        var words = ["curl", "--silent", "--show-error", "--fail", "--location", "--connect-timeout", "\(timeout)"]
        if try !arguments.flag("validate_certs", or: true) { words.append("--insecure") }
        // Headers may hold secrets: they are not for the list of processes.
        words += ["--output", context.files.place(temporary), "--config", "-", "--", url]
        let config = headers.map { "header = \"\($0.name): \($0.value)\"\n" }.joined()
        try context.runSuccessfully(words, input: Array(config.utf8), timeout: 3600)
        // An answer without contents leaves no file: nothing is newer.
        if seconds != nil, !context.files.exists(temporary) { return nil }
        return try context.files.read(temporary, limit: 1 << 30)
    }

    /// RFC 9110 section 5.6.7.
    private static func httpDate(_ seconds: Double) -> String {
        var time = time_t(seconds)
        var parts = unsafe tm()
        unsafe gmtime_r(&time, &parts)
        let (year, month, day, weekday) = unsafe (1900 + parts.tm_year, parts.tm_mon, parts.tm_mday, parts.tm_wday)
        let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec]
        func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + "\(number)" }
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return
            "\(days[Int(weekday)]), \(two(day)) \(months[Int(month)]) \(year) \(clock.map(two).joined(separator: ":")) GMT"
    }

    /// `checksum: sha256:…`, or the URL of a file that has it.
    private static func digest(
        _ arguments: ModuleArguments,
        _ context: ModuleContext
    ) throws -> (name: String, value: String)? {
        guard let text = try arguments.text("checksum"), !text.isEmpty else { return nil }
        guard let colon = text.firstIndex(of: ":"), FileDigest.names.contains(String(text[..<colon])) else {
            throw ModuleFailure("The checksum parameter has to be in format <algorithm>:<checksum>")
        }
        let name = String(text[..<colon])
        let value = trimmed(String(text[text.index(after: colon)...]))
        guard value.contains("://") else { return (name, value.lowercased()) }
        let list = String(decoding: try download(value, arguments, context), as: UTF8.self)
        let file = lastPart(of: try arguments.requiredText("url"))
        for line in list.split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first else { continue }
            let isMeant =
                words.count == 1 || words.last.map { lastPart(of: String($0.drop { $0 == "*" })) == file } ?? false
            if isMeant { return (name, first.lowercased()) }
        }
        throw ModuleFailure("Unable to find a checksum for file '\(file)' in '\(value)'")
    }
}
