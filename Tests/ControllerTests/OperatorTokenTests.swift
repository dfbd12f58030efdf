import FoundationEssentials
import HTTPTypes
import OperatorAPI
import Testing

@testable import ControllerCore
@testable import ControllerHTTP

/// Operators' tokens are listed and taken away.
struct OperatorTokenTests {
    @Test func aTokenIsListedWithItsLastUseToTheHour() async throws {
        let bench = try Bench()
        let controller = try bench.controller
        let token = try await controller.createOperatorToken(name: "ada").token
        #expect(try await controller.operatorTokens().map(\.usedAt) == [nil])
        _ = try await controller.operatorName(token: token)
        let first = bench.now
        bench.pass(600)
        _ = try await controller.operatorName(token: token)
        #expect(try await controller.operatorTokens().map(\.usedAt) == [first])
        bench.pass(3600)
        _ = try await controller.operatorName(token: token)
        let report = try #require(try await controller.operatorTokens().first)
        #expect(report.usedAt == first + 4200)
        #expect(!token.contains(report.id))
    }

    @Test func aTokenThatWasTakenAwayLetsNobodyIn() async throws {
        let bench = try Bench()
        let controller = try bench.controller
        let ada = try await controller.createOperatorToken(name: "ada").token
        let eve = [
            try await controller.createOperatorToken(name: "eve").token,
            try await controller.createOperatorToken(name: "eve").token,
        ]
        let (names, message) = try await controller.revokeOperatorTokens("eve")
        #expect(names == ["eve"])
        #expect(message.message == "2 tokens of eve are good for nothing any more")
        for token in eve {
            await #expect(throws: ControllerProblem.self) { _ = try await controller.operatorName(token: token) }
        }
        #expect(try await controller.operatorName(token: ada) == "ada")
        let unknown = await #expect(throws: ControllerProblem.self) {
            _ = try await controller.revokeOperatorTokens("eve")
        }
        #expect(unknown?.kind == .notFound)
    }

    @Test func oneOfAnOwnersTokensIsTakenAwayByItsID() async throws {
        let bench = try Bench()
        let controller = try bench.controller
        _ = try await controller.createOperatorToken(name: "ada")
        bench.pass(1)
        _ = try await controller.createOperatorToken(name: "ada")
        let tokens = try await controller.operatorTokens()
        _ = try await controller.revokeOperatorTokens(try #require(tokens.first).id)
        #expect(try await controller.operatorTokens() == Array(tokens.dropFirst()))
    }

    @Test func theLastTokenStays() async throws {
        let bench = try Bench()
        let controller = try bench.controller
        let token = try await controller.createOperatorToken(name: "ada").token
        let problem = await #expect(throws: ControllerProblem.self) {
            _ = try await controller.revokeOperatorTokens("ada")
        }
        #expect(problem?.kind == .conflict)
        #expect(try await controller.operatorName(token: token) == "ada")
    }

    @Test func theRoutesNeedATokenAndLogTheOwnerOut() async throws {
        let bench = try Bench()
        let controller = try bench.controller
        let probe = try await RouteProbe(controller) { _, _ in }
        _ = try await controller.createOperatorToken(name: "eve")
        #expect(try await probe.answer(.get, OperatorPath.tokens, "", token: nil).status == 401)
        #expect(try await probe.answer(.delete, OperatorPath.token("eve"), "", token: nil).status == 401)
        let list = try await probe.answer(.get, OperatorPath.tokens, "", token: probe.token)
        let reports = try JSONDecoder().decode([TokenReport].self, from: list.body)
        #expect(reports.map(\.name) == ["ada", "eve"])
        #expect(try await probe.answer(.delete, OperatorPath.token("eve"), "", token: probe.token).status == 200)
        #expect(try await probe.answer(.delete, OperatorPath.token("ada"), "", token: probe.token).status == 409)
        let board = SessionBoard { 0 }
        let (evesOwn, adasOwn) = (board.open(for: "eve"), board.open(for: "ada"))
        board.close(for: "eve")
        #expect(board.name(evesOwn) == nil && board.name(adasOwn) == "ada")
    }
}
