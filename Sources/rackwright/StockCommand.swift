import ArgumentParser
import FoundationEssentials
import OperatorAPI
import OperatorCLI

struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Keep the disk images that plans install.",
        subcommands: [ImageAdd.self, ImageList.self, ImageRemove.self]
    )
}

struct ImageAdd: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Upload a disk image from here to the controller (raw or qcow2, also compressed) and take it in."
    )

    @Argument(help: "The file.")
    var file: String

    @Option(help: "The image's name in the catalogue.")
    var name: String

    @Flag(help: "Take the place of an image with this name.")
    var replace = false

    @Flag(help: "The file lies on the controller and is not uploaded.")
    var onController = false

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let job: JobReport
        if onController {
            let path = OperatorPath.images + (replace ? "?replace=true" : "")
            job = try await client.post(path, AddImage(name: name, path: absolute(file)))
        } else {
            var isFolder = false
            guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder,
                FileManager.default.isReadableFile(atPath: file)
            else {
                throw ClientProblem(
                    "\(file) is not a file that can be read here; one on the controller needs --on-controller"
                )
            }
            let known = try await client.get(OperatorPath.images, as: [StoredImage].self)
            guard replace || !known.contains(where: { $0.name == name }) else {
                throw ClientProblem("there is an image '\(name)' already; --replace takes its place")
            }
            let meter = JobMeter(label: "upload ")
            job = try await client.put(OperatorPath.image(name), file: file) { meter.show($0, of: $1) }
            meter.end()
        }
        let image = try await image(job, client)
        try format.show(image) { _ in StockText.added(image) }
    }
}

struct ImageList: ControllerCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the images.")

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let images = try await client.get(OperatorPath.images, as: [StoredImage].self)
        try format.show(images) {
            StockText.list(images, none: "no images yet: rackwright image add FILE --name NAME", $0)
        }
    }
}

struct ImageRemove: ControllerCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove an image.")

    @Argument(help: "The image.")
    var name: String

    @OptionGroup var connection: ControllerOptions

    func run(_ client: ControllerClient) async throws {
        let answer = try await client.delete(OperatorPath.image(name), as: Message.self)
        Terminal.output.line(answer.message.oneLine)
    }
}

struct ContainerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "container",
        abstract: "Keep the container images that nodes pull.",
        subcommands: [ContainerAdd.self, ContainerList.self, ContainerRemove.self]
    )
}

struct ContainerAdd: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Take in a folder on the controller's machine that holds an OCI image layout; nothing is uploaded."
    )

    @Argument(help: "The folder, on the controller's machine.")
    var folder: String

    @Option(help: "Name and tag, such as web:1.")
    var name: String

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let request = AddImage(name: name, path: absolute(folder))
        let job = try await client.post(OperatorPath.containers, request, as: JobReport.self)
        let image = try await image(job, client)
        try format.show(image) { _ in StockText.added(image) }
    }
}

struct ContainerList: ControllerCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the container images.")

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let images = try await client.get(OperatorPath.containers, as: [StoredImage].self)
        let none = "no container images yet: rackwright container add FOLDER --name NAME:TAG"
        try format.show(images) { StockText.list(images, none: none, $0) }
    }
}

struct ContainerRemove: ControllerCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove a container image.")

    @Argument(help: "Name and tag.")
    var name: String

    @OptionGroup var connection: ControllerOptions

    func run(_ client: ControllerClient) async throws {
        let answer = try await client.delete(OperatorPath.container(name), as: Message.self)
        Terminal.output.line(answer.message.oneLine)
    }
}

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Let operators in.",
        subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self]
    )
}

struct TokenCreate: ControllerCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a token for an operator; it is shown this once."
    )

    @Option(help: "Whose it is.")
    var name: String

    @OptionGroup var connection: ControllerOptions
    @OptionGroup var format: OutputOptions

    func run(_ client: ControllerClient) async throws {
        let token = try await client.post(OperatorPath.tokens, CreateToken(name: name), as: NewToken.self)
        try format.show(token) { _ in token.token.oneLine }
    }
}

private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
}

/// Follows a job to its end.
func finished(
    _ job: JobReport,
    _ client: ControllerClient,
    label: String,
    countsOctets: Bool = true
) async throws -> JobReport {
    let meter = JobMeter(label: label, countsOctets: countsOctets)
    let end = ContinuousClock.now + .seconds(6 * 3600)
    var job = job
    while !job.finished {
        guard ContinuousClock.now < end else { throw ClientProblem("\(job.id) has not ended after 6 hours") }
        try await Task.sleep(for: .milliseconds(300))
        do {
            job = try await client.get(OperatorPath.job(job.id))
        } catch {
            guard error.kind == .unreachable else { throw error }
            continue
        }
        meter.show(job.done, of: job.total)
    }
    meter.end()
    guard job.errors.isEmpty else { throw ClientProblem(job.errors) }
    return job
}

/// Follows a job that brings an image.
private func image(_ job: JobReport, _ client: ControllerClient) async throws -> StoredImage {
    let ended = try await finished(job, client, label: "take in")
    guard let image = ended.result else { throw ClientProblem("\(job.id) ended without a result") }
    return image
}
