public import Inventory

/// The one thing the controller wants of the agent now.
public struct Instruction: Codable, Hashable, Sendable {
    /// The same id means the same instruction: it is carried out once, however often it is heard.
    public var id: String
    public var action: Action

    public init(id: String, action: Action) {
        self.id = id
        self.action = action
    }

    public enum Action: Codable, Hashable, Sendable {
        /// Nothing to do; call again after this many seconds.
        case wait(seconds: Double)
        /// Read the hardware and send what it is; try it out before, as thoroughly as `checks` says, nil for not at all.
        case sendInventory(checks: Inventory.Health.Depth? = nil)
        /// Try the machine out, write to disks and read back what was written, and send the inventory with the results.
        case checkWriting(CheckWriting)
        case writeImage(WriteImage)
        case boot(BootInstalled)
        case run(SignedBundle)
        case powerOff
        /// Give up the instruction with this id, should it be under way.
        case stop(instruction: String)
    }
}

/// Write an image to the root disk and prepare the installed system for its first boot.
///
/// Destructive: carries an approval that is spent by the first write.
public struct WriteImage: Codable, Hashable, Sendable {
    /// One-time; the agent writes once for each.
    public var approval: String
    public var imageName: String
    /// SHA-256 of the manifest, lower-case hexadecimal.
    public var imageDigest: String
    public var rootDisk: RootDisk
    /// The host name the installed system gets.
    public var hostName: String
    public var generation: Int

    public init(
        approval: String,
        imageName: String,
        imageDigest: String,
        rootDisk: RootDisk,
        hostName: String,
        generation: Int
    ) {
        self.approval = approval
        self.imageName = imageName
        self.imageDigest = imageDigest
        self.rootDisk = rootDisk
        self.hostName = hostName
        self.generation = generation
    }
}

/// Leave the ramdisk for the installed system.
public struct BootInstalled: Codable, Hashable, Sendable {
    public var method: Method
    public var rootDisk: RootDisk
    /// Added to the installed kernel's command line when it is started by kexec.
    public var kernelArguments: String

    public init(method: Method, rootDisk: RootDisk, kernelArguments: String = "") {
        self.method = method
        self.rootDisk = rootDisk
        self.kernelArguments = kernelArguments
    }

    public enum Method: String, Codable, Hashable, Sendable {
        /// Start the installed kernel from the running one.
        case kexec
        /// Reset the machine; its firmware starts the disk.
        case reset
    }
}

/// Try the machine out for longer than an inspection does; write patterns over disks and read them back.
///
/// Destructive where it names disks: what they hold is lost. Then it carries an approval that is spent by the first write.
public struct CheckWriting: Codable, Hashable, Sendable {
    /// One-time; the agent writes once for each.
    public var approval: String
    public var disks: [RootDisk]
    /// Seconds for each disk, after which it is left as it is.
    public var seconds: Double
    /// Seconds for processors and memory together; nil: as at an inspection.
    public var load: Double?

    public init(approval: String, disks: [RootDisk], seconds: Double, load: Double? = nil) {
        self.approval = approval
        self.disks = disks
        self.seconds = seconds
        self.load = load
    }
}
