import FoundationEssentials
import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// One HTTP request.
    static let uri = ModuleDefinition(
        effect: .unforeseen,
        isRepeatable: \.isRepeatableRequest,
        actsOutsideFiles: true
    ) { arguments, context in
        let url = try arguments.requiredText("url")
        var request = HTTPRequest(url: url)
        request.method = try (arguments.text("method") ?? "GET").uppercased()
        guard request.method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw ModuleFailure("uri: '\(request.method)' is not a method")
        }
        request.timeout = try arguments.number("timeout") ?? 30
        for (name, value) in arguments["headers"]?.asDict ?? [:] {
            request.headers.append((name, value.description))
        }
        if let user = try arguments.text("url_username") {
            let secret = "\(user):\(try arguments.text("url_password") ?? "")"
            request.headers.append(("Authorization", "Basic " + Data(Array(secret.utf8)).base64EncodedString()))
        }
        let format = try arguments.choice("body_format", of: ["raw", "json"], or: "raw")
        if let body = arguments["body"] {
            // A text that is JSON already is sent as it is.
            let text = format == "json" && body.asString == nil ? body.json() : body.description
            request.body = Array(text.utf8)
            if format == "json", !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
                request.headers.append(("Content-Type", "application/json"))
            }
        }
        let allowed = try arguments.list("status_code", splitting: true).map { value in
            guard let code = value.asInt ?? value.asString.flatMap({ Int($0) }) else {
                throw arguments.wrong("status_code", value, "a status")
            }
            return code
        }
        let answer: HTTPAnswer
        do {
            answer = try HTTPAnswer(to: request, clock: context.clock)
        } catch let error as ConnectionError {
            throw ModuleFailure(
                "Status code was -1 and not \(allowed.isEmpty ? [200] : allowed): \(error)",
                fields: ["status": -1, "url": .string(url), "redirected": false]
            )
        }
        let text = String(decoding: answer.body, as: UTF8.self)
        var fields: Fields = [
            "changed": false, "status": .int(answer.status), "url": .string(url), "redirected": false,
            "msg": .string(
                answer.status == 200 ? "OK (\(answer.body.count) bytes)" : "HTTP \(answer.status): \(answer.reason)"
            ),
        ]
        for (name, value) in answer.headers.sorted(by: { $0.key < $1.key }) {
            fields[String(name.map { $0 == "-" ? "_" : $0 })] = .string(value)
        }
        if answer.headers["content-type"]?.contains("json") == true, let value = try? Value(json: text) {
            fields["json"] = value
        }
        let expected = (allowed.isEmpty ? [200] : allowed).contains(answer.status)
        if try arguments.flag("return_content", or: false) || !expected { fields["content"] = .string(text) }
        guard expected else {
            let words = (allowed.isEmpty ? [200] : allowed).map(String.init).joined(separator: ", ")
            throw ModuleFailure(
                "Status code was \(answer.status) and not [\(words)]: HTTP \(answer.status): \(answer.reason)",
                fields: fields
            )
        }
        return fields
    }
}

extension ModuleArguments {
    /// A method that may be sent twice (RFC 9110 section 9.2.2).
    fileprivate var isRepeatableRequest: Bool {
        let method = self["method"]?.asString?.uppercased() ?? "GET"
        return ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"].contains(method)
    }
}
