import OperatorCLI
import Testing

@testable import Curl

struct ClientProblemTests {
    private func problem(_ reason: CurlError.Reason, _ detail: String = "") -> ClientProblem {
        let error = CurlError(reason: reason, method: "GET", url: "https://rack:8443/api/v1/nodes", detail: detail)
        return ClientProblem(error, controller: "https://rack:8443", ca: "/ca.pem")
    }

    @Test func everyTroubleOnTheWayIsOneLineThatSaysWhatToDo() {
        for reason: CurlError.Reason in [.unresolved, .unreachable, .timeout, .tls, .invalidRequest, .other(code: 56)] {
            let found = problem(reason, "two\nlines")
            #expect(found.reasons.count == 1)
            #expect(!found.description.contains("\n"))
            #expect(found.description.contains("https://rack:8443"))
        }
        #expect(problem(.tls).description.contains("--ca"))
        #expect(problem(.tls).kind == .local, "another try does not mend a certificate")
        #expect(problem(.unreachable).kind == .unreachable)
    }

    @Test func theControllersReasonsAreKeptALineEach() {
        let found = ClientProblem(
            status: 409,
            body: Array(#"{"errors":["nodes.csv:2: twice","nodes.csv:3: no MAC"]}"#.utf8),
            method: "POST",
            path: "/api/v1/nodes",
            tokenFile: "/t"
        )
        #expect(found.reasons == ["nodes.csv:2: twice", "nodes.csv:3: no MAC"])
        #expect(found.kind == .refused(status: 409))
    }

    @Test func aWrongTokenIsSaidWithTheFileItCameFrom() {
        let body = Array(#"{"errors":["the token is not one of this controller"]}"#.utf8)
        let found = ClientProblem(status: 401, body: body, method: "GET", path: "/", tokenFile: "/state/operator.token")
        #expect(found.reasons.count == 1)
        #expect(found.description.contains("/state/operator.token"))
        #expect(found.description.contains("--token-file"))
    }

    @Test func anAnswerOfSomethingElseIsNamedAsSuch() {
        let found = ClientProblem(status: 502, body: Array("<html>".utf8), method: "GET", path: "/x", tokenFile: "/t")
        #expect(found.description == "GET /x: the answer was 502, not from a rackwright controller")
    }

    @Test func aSuccessWithoutJSONIsNotFromAController() {
        struct Broken: Error {}
        func words(_ body: String) -> String {
            let url = "https://rack:8443"
            return ClientProblem(misunderstood: Array(body.utf8), path: "/x", controller: url, Broken()).description
        }
        #expect(words("<html>").contains("is this a rackwright controller?"))
        #expect(words("").contains("is this a rackwright controller?"))
        #expect(words(#"{"a":[1]}"#).contains("of one version?"))
    }

    @Test func aFileWithoutACertificateIsNoCA() {
        let found = #expect(throws: ClientProblem.self) {
            try ControllerClient(controller: "rack:8443", tokenFile: "/dev/null", ca: "/dev/null")
        }
        #expect(found?.description.contains("/dev/null holds no PEM certificate") ?? false)
    }

    @Test func aTokenNeverGoesOverPlainHTTP() {
        #expect(throws: ClientProblem.self) {
            try ControllerClient(controller: "http://rack:8080", tokenFile: "/dev/null", ca: "/dev/null")
        }
    }
}
