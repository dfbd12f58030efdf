import Octets

/// The scripts that iPXE is given. The text depends on the arguments alone.
public enum IPXEScript {
    /// The script for what the controller wants.
    ///
    /// - Parameter attempt: how often this machine has asked in a row, from 0; the script that waits counts it up in
    ///   the URL it asks again (`&attempt=`), so that a machine that nobody wants stops asking.
    public static func text(
        for request: BootRequest,
        intent: BootIntent,
        attempt: Int = 0,
        configuration: BootConfiguration
    ) -> String {
        switch intent {
        case .ramdisk(let token):
            guard isWord(token) else {
                return wait(
                    for: request,
                    reason: "the token cannot stand in a script",
                    attempt: attempt,
                    configuration: configuration
                )
            }
            return ramdisk(for: request, token: token, attempt: attempt, configuration: configuration)
        case .disk:
            return disk(for: request)
        case .none(let reason):
            return wait(for: request, reason: reason, attempt: attempt, configuration: configuration)
        case .ignore(let reason):
            return "#!ipxe\necho Rackwright leaves \(request.mac) alone: \(plain(reason))\nexit\n"
        }
    }

    /// For a loader that has not been told where its script is (`autoexec.ipxe`): asks for it by its own MAC address.
    public static func chain(configuration: BootConfiguration) -> String {
        """
        #!ipxe
        isset ${ip} || dhcp || goto failed
        chain --replace \(configuration.bootURL)/boot/ipxe?mac=${mac}&uuid=${uuid}&platform=${platform} || goto failed
        :failed
        echo Rackwright: no boot script from \(configuration.bootURL)
        sleep \(configuration.waitSeconds)
        exit 1

        """
    }

    private static func ramdisk(
        for request: BootRequest,
        token: String,
        attempt: Int,
        configuration: BootConfiguration
    ) -> String {
        let boot = configuration.bootURL
        // UEFI kernels find the initrd by this name.
        let arguments =
            ["initrd=\(configuration.initrd)"] + configuration.ramdiskArguments(mac: request.mac, token: token)
        return """
            #!ipxe
            echo Rackwright: ramdisk for \(request.mac)
            imgfree
            kernel --name \(configuration.kernel) \(boot)/boot/\(configuration.kernel) \(arguments.joined(separator: " ")) || goto failed
            initrd --name \(configuration.initrd) \(boot)/boot/\(configuration.initrd) || goto failed
            boot || goto failed
            :failed
            echo Rackwright: the ramdisk could not be loaded from \(boot)
            imgfree
            \(askAgain(request, attempt: attempt, configuration: configuration))

            """
    }

    private static func disk(for request: BootRequest) -> String {
        switch request.firmware {
        case .bios:
            """
            #!ipxe
            echo Rackwright: \(request.mac) boots its disk
            sanboot --no-describe --drive 0x80 || exit

            """
        case .uefiX64, .uefiIA32, .uefiARM64, .other:
            """
            #!ipxe
            echo Rackwright: \(request.mac) boots its disk
            exit

            """
        }
    }

    private static func wait(
        for request: BootRequest,
        reason: String,
        attempt: Int,
        configuration: BootConfiguration
    ) -> String {
        """
        #!ipxe
        echo Rackwright: \(request.mac) waits: \(plain(reason))
        \(askAgain(request, attempt: attempt, configuration: configuration))

        """
    }

    private static func askAgain(
        _ request: BootRequest,
        attempt: Int,
        configuration: BootConfiguration
    ) -> String {
        let next = max(0, min(attempt, configuration.maximumAttempts)) + 1
        guard next < configuration.maximumAttempts else {
            return "echo Rackwright: asked \(next) times, giving up\nexit 1"
        }
        return """
            sleep \(configuration.waitSeconds)
            chain --replace \(configuration.scriptURL(for: request))&attempt=\(next) || exit 1
            """
    }

    /// Whether `text` stays one word through iPXE's and the kernel's reading of a line.
    static func isWord(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { (33...126).contains($0) && !"$#\"'\\`".utf8.contains($0) }
            && !text.contains("&&") && !text.contains("||")
    }

    /// What a person shall read: everything that iPXE could take for an expansion or a command becomes an underscore.
    static func plain(_ text: String) -> String {
        let allowed = " .,:;/()_+=-%@!?"
        return String(
            text.prefix(200).map { character in
                character.isASCII
                    && (character.isLetter || character.isNumber || allowed.contains(character))
                    ? character : "_"
            }
        )
    }
}
