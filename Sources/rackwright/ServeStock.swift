import ControllerCore
import FoundationEssentials
import ImageFormat
import ImageStore
import Planning

/// What the image and container stores can give out, as planning asks for it.
struct ServeStock: ImageStock {
    let images: ImageStore
    let containers: ContainerStore

    func images() async throws -> [String: PlanningImage] {
        var found: [String: PlanningImage] = [:]
        for name in try images.names() {
            let signed = try images.manifest(name)
            let manifest = try ImageManifest(decoding: Array(signed.manifest))
            found[name] = PlanningImage(digest: "\(signed.digest)", size: manifest.size)
        }
        return found
    }

    func containerImages() async throws -> [String: String] {
        await containers.digests()
    }
}
