import Foundation
import Glibc
import TestSupport

/// The IPMI simulator of OpenIPMI on a free port of loopback, ended with the test.
final class Simulator {
    static let program = "/usr/bin/ipmi_sim"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

    let port: Int
    let folder: URL
    private let program: RunningProgram

    /// - Parameters:
    ///   - furniture: Commands that give the machine sensors, parts and a log (ipmi_sim_cmd(5)).
    ///   - serial: The port on loopback where the machine's serial console is.
    init(furniture: [String] = [], serial: Int? = nil) throws {
        port = try freePort(Int32(SOCK_DGRAM.rawValue))
        folder = FileManager.default.temporaryDirectory.appending(path: "ipmi-sim-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try """
        name "rack"
        set_working_mc 0x20
          startlan 1
            addr 127.0.0.1 \(port)
            priv_limit admin
            allowed_auths_callback none md2 md5 straight
            allowed_auths_user none md2 md5 straight
            allowed_auths_operator none md2 md5 straight
            allowed_auths_admin none md2 md5 straight
            guid a123456789abcdefa123456789abcdef
          endlan
          \(serial.map { "sol \"tcp:127.0.0.1:\($0)\" 115200" } ?? "")
          chassis_control "\(folder.path)/chassis"
          user 2 true "admin" "secret" admin 10 none md2 md5 straight

        """.write(to: folder.appending(path: "lan.conf"), atomically: true, encoding: .utf8)
        try """
        mc_setbmc 0x20
        mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02
        \(furniture.joined(separator: "\n"))
        mc_enable 0x20

        """.write(to: folder.appending(path: "sim.emu"), atomically: true, encoding: .utf8)
        // Called as `get power boot` or `set power 1`, and each change more than once.
        let script = folder.appending(path: "chassis")
        try """
        #!/bin/sh
        cd '\(folder.path)' || exit 1
        operation=$1; shift
        case "$operation" in
        get) for key in "$@"; do case $key in
            power) echo "power:$(cat power 2>/dev/null || echo 0)" ;;
            boot) echo "boot:$(cat boot 2>/dev/null || echo default)" ;;
            esac; done ;;
        set) while [ $# -gt 1 ]; do case $1 in
            power) echo $2 >power ;;
            boot) echo $2 >boot ;;
            reset) echo $2 >reset ;;
            esac; shift 2; done ;;
        esac
        exit 0

        """.write(to: script, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)

        // `timeout` ends it even where the test is killed.
        program = try RunningProgram(
            [
                "/usr/bin/timeout", "-s", "KILL", "120", Self.program, "-d", "-n", "-c", "\(folder.path)/lan.conf",
                "-f",
                "\(folder.path)/sim.emu", "-s", folder.path,
            ],
            input: .typed
        )
    }

    func end() {
        program.end()
        try? FileManager.default.removeItem(at: folder)
    }

    /// What the chassis script was told last.
    func told(_ key: String) -> String? {
        (try? String(contentsOf: folder.appending(path: key), encoding: .utf8))?.trimmingCharacters(
            in: .whitespacesAndNewlines
        )
    }
}
