import FoundationEssentials
import OperatorAPI
import Testing

@testable import OperatorCLI

struct CredentialFileTests {
    private func read(_ text: String, _ file: String) throws -> [ScanBMCs.Credential] {
        try CredentialFile.credentials(text, file: file) { name throws(ClientProblem) in
            guard name == "dell.pw" else { throw ClientProblem("there is no file \(name)") }
            return "from a file"
        }
    }

    private let wanted = [
        ScanBMCs.Credential(name: "dell", user: "root", password: "from a file", vendor: "Dell"),
        ScanBMCs.Credential(name: "rack-4", user: "admin", password: "p,\"w", ranges: ["10.0.4.0/24", "10.0.5.7"]),
    ]

    @Test func aFileOfYAMLIsReadInItsOrder() throws {
        let text = """
            - {name: dell, user: root, password_file: dell.pw, vendor: Dell}
            - name: rack-4
              user: admin
              password: 'p,"w'
              ranges: [10.0.4.0/24, 10.0.5.7]
            """
        #expect(try read(text, "logins.yaml") == wanted)
    }

    @Test func aFileOfCSVIsReadInItsOrder() throws {
        let text = """
            name,user,password,password_file,vendor,ranges
            # the old rack
            dell,root,,dell.pw,Dell,
            rack-4,admin,"p,""w",,,10.0.4.0/24 10.0.5.7
            """
        #expect(try read(text, "logins.csv") == wanted)
    }

    @Test(arguments: [
        ("a.yaml", "- {name: a, user: u, password: hush, password_file: dell.pw}"),
        ("a.yaml", "- {name: a, user: u}"),
        ("a.yaml", "- {name: a, user: u, password: hush}\n- {name: a, user: u, password: hush2}"),
        ("a.yaml", "- {user: u, password: hush}"),
        ("a.yaml", "- {name: a, user: u, pasword: hush}"),
        ("a.yaml", "- {name: a, user: u, password: *hush}"),
        ("a.yaml", "- {name: a, user: u, password: hush"),
        ("a.yaml", "hush"), ("a.yaml", ""), ("a.csv", ""), ("a.csv", "a,root,hush\n"),
        ("a.csv", "name,user,password\na,root,hush,more\n"), ("a.csv", "name,user,password\na,root,\"hush\n"),
        ("a.yaml", "- {name: a, user: u, password_file: hush.pw}"),
    ])
    func whatIsWrongIsSaidWithoutAPassword(file: String, text: String) {
        let problem = #expect(throws: ClientProblem.self) { try read(text, file) }
        #expect(problem?.reasons.isEmpty == false)
        #expect(problem?.description.contains("hush") == text.contains("hush.pw"))
    }

    @Test func aFileThatAllMayReadIsRefused() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/credentials-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/logins.yaml"
        try Data("- {name: a, user: u, password_file: pw}".utf8).write(to: URL(filePath: path))
        try Data("secret\n".utf8).write(to: URL(filePath: folder + "/pw"))
        for (file, other) in [(path, folder + "/pw"), (folder + "/pw", path)] {
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: other)
            let problem = #expect(throws: ClientProblem.self) { try CredentialFile.read(path) }
            #expect(problem?.description.contains("chmod 600 \(file)") == true)
        }
        for file in [path, folder + "/pw"] {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        }
        #expect(try CredentialFile.read(path) == [ScanBMCs.Credential(name: "a", user: "u", password: "secret")])
    }

    @Test func aLoginThatIsPrintedShowsNoPassword() {
        let request = ScanBMCs(ranges: ["10.0.0.1"], credentials: wanted)
        var text = "\(request) \(wanted)"
        dump(request, to: &text)
        #expect(!text.contains("from a file") && !text.contains("p,\"w"))
    }
}
