import BMC
import ControllerCore
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import OperatorAPI

/// What operators set on nodes by their BMCs, at the paths of ``OperatorAPI/OperatorPath``.
struct BMCRoutes: Sendable {
    let controller: Controller
    /// Where uploads lie until they are sent on.
    let uploads: String
    let jobs: JobBoard
    let operators: OperatorRoutes

    func add(to router: Router<ConnectionContext>) {
        operators.on(.get, OperatorPath.power(":name"), router) { _, context in
            try Response.json(await controller.power(of: context.segment("name")))
        }
        operators.on(.post, OperatorPath.power(":name"), router) { request, context in
            let wanted = try await request.json(SetPower.self, limit: 64 << 10)
            return try Response.json(await controller.setPower(of: context.segment("name"), wanted))
        }
        operators.on(.post, OperatorPath.password(":name"), router) { request, context in
            let wanted = try await request.json(RotatePassword.self, limit: 64 << 10)
            return try Response.json(await controller.rotatePassword(of: context.segment("name"), wanted))
        }
        operators.on(.get, OperatorPath.recentEvents(":name"), router) { _, context in
            try Response.json(await controller.recentEvents(of: context.segment("name")))
        }
        operators.on(.post, OperatorPath.testEvent(":name"), router) { _, context in
            try Response.json(await controller.testEvents(of: context.segment("name")))
        }
        operators.on(.get, OperatorPath.bios(":name"), router) { _, context in
            try Response.json(await controller.bios(of: context.segment("name")))
        }
        operators.on(.post, OperatorPath.bios(":name"), router) { request, context in
            let wanted = try await request.json(SetBIOS.self, limit: 1 << 20)
            return try Response.json(await controller.setBIOS(of: context.segment("name"), wanted))
        }
        operators.on(.get, OperatorPath.secureBoot(":name"), router) { _, context in
            try Response.json(await controller.secureBoot(of: context.segment("name")))
        }
        operators.on(.post, OperatorPath.secureBoot(":name"), router) { request, context in
            let wanted = try await request.json(SetSecureBoot.self, limit: 64 << 10)
            return try Response.json(await controller.setSecureBoot(of: context.segment("name"), wanted))
        }
        operators.on(.get, OperatorPath.media(":name"), router) { _, context in
            try Response.json(await controller.media(of: context.segment("name")))
        }
        operators.on(.post, OperatorPath.media(":name"), router) { request, context in
            let wanted = try await request.json(InsertMedia.self, limit: 64 << 10)
            return try Response.json(await controller.insertMedia(of: context.segment("name"), wanted))
        }
        operators.on(.delete, OperatorPath.media(":name"), router) { _, context in
            try Response.json(await controller.ejectMedia(of: context.segment("name")))
        }
        addFirmware(to: router)
        addAccess(to: router)
    }

    private func addAccess(to router: Router<ConnectionContext>) {
        operators.on(.get, OperatorPath.lan(":name"), router) { _, context in
            try Response.json(await controller.lan(of: context.segment("name")))
        }
        operators.on(.post, OperatorPath.lan(":name"), router) { request, context in
            let name = try context.segment("name")
            let wanted = try await request.json(SetLAN.self, limit: 64 << 10)
            guard wanted.dryRun != true else { return try Response.json(await controller.planLAN(of: name, wanted)) }
            // The BMC may be away for minutes, and must be looked for whoever waits for it.
            let report = await jobs.start(saying: { _ in try await controller.setLAN(of: name, wanted) })
            return try Response.json(report, status: .accepted)
        }
        operators.on(.get, OperatorPath.bmcUsers(":name"), router) { _, context in
            try Response.json(await controller.bmcUsers(of: context.segment("name")))
        }
        operators.on(.post, OperatorPath.bmcUsers(":name"), router) { request, context in
            let wanted = try await request.json(ChangeUser.self, limit: 64 << 10)
            return try Response.json(await controller.changeBMCUser(of: context.segment("name"), wanted))
        }
    }

    private func addFirmware(to router: Router<ConnectionContext>) {
        operators.on(.get, OperatorPath.firmware(":name"), router) { _, context in
            try Response.json(await controller.firmware(of: context.segment("name")))
        }
        operators.on(.post, OperatorPath.firmware(":name"), router) { request, context in
            let name = try context.segment("name")
            let wanted = try await request.json(UpdateFirmware.self, limit: 64 << 10)
            let (address, targets) = (wanted.address, wanted.targets ?? [])
            let report = await jobs.start(saying: { meter in
                try await controller.updateFirmware(of: name, from: .address(address), to: targets, called: address) {
                    percent in
                    meter.set(UInt64(clamping: percent), of: 100)
                }
            })
            return try Response.json(report, status: .accepted)
        }
        // The file's name goes with it: BMCs judge an image by how it ends.
        operators.on(.put, OperatorPath.firmware(":name", file: ":file"), router) { request, context in
            let name = try context.segment("name")
            let file = try context.segment("file")
            let targets = request.uri.queryParameters.getAll("target")
            guard !file.isEmpty, !file.contains("/"), !file.hasPrefix("."), file.utf8.count <= 200 else {
                throw HTTPProblem(.badRequest, "'\(file)' is no file's name")
            }
            let folder = "\(uploads)/\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let path = folder + "/" + file
            do {
                try await FileIO().writeFile(contents: request.body, path: path, context: context)
            } catch {
                try? FileManager.default.removeItem(atPath: folder)
                throw error
            }
            let report = await jobs.start(saying: { meter in
                defer { try? FileManager.default.removeItem(atPath: folder) }
                return try await controller.updateFirmware(of: name, from: .file(path), to: targets, called: file) {
                    percent in
                    meter.set(UInt64(clamping: percent), of: 100)
                }
            })
            return try Response.json(report, status: .accepted)
        }
    }
}
