/// What a member's name says of its value, for a disguise.
enum DisguiseKey {
    /// Names one machine or part: replaced wherever it stands.
    case identifier
    /// The name of a machine or a person, replaced where it stands as a word.
    case word
    /// About a place or a person, or a certificate: replaced in its place.
    case local
    /// Left out.
    case secret
    /// A version, in which four numbers are no address.
    case version
    case plain

    init(_ key: String, inside parents: Set<String>) {
        let name = key.lowercased()
        func has(_ words: String...) -> Bool { words.contains { name.contains($0) } }
        let last = name.split(separator: ".").last.map(String.init) ?? name
        func isOne(_ words: String...) -> Bool { words.contains(last) }
        if has("password", "passphrase", "secret", "token", "privatekey", "community", "encryptionkey", "licensekey")
            // Where events go: its path may be a secret.
            || isOne("psk", "passwd", "authkey", "privkey", "destination")
        {
            self = .secret
        } else if has("certificatestring", "certificatesigningrequest", "publickey", "hostkey", "csrstring")
            || has("contact", "email", "phone", "postal", "datacenter", "rackname", "rackslot", "roomname", "aisle")
            || isOne("street", "city", "building", "room", "houseno", "location", "additionalinfo", "department")
            || !parents.isDisjoint(with: ["Issuer", "Subject", "PostalAddress", "Contacts"])
        {
            self = .local
        } else if has("serial") && !has("serialconsole", "serialinterface", "serialport", "serialredirection")
            || has("assettag", "servicetag", "uniqueidentifier", "durablename", "wwn", "wwpn", "guid", "uuid", "ppid")
            || has("thumbprint", "fingerprint", "servicecode") || isOne("nodeid", "sku", "deviceserial")
        {
            self = .identifier
        } else if has("hostname", "fqdn", "dnsname", "dnsracname", "domainname", "username", "accountname", "createdby")
            || isOne("user", "owner", "ntpservers", "ntpserver", "staticnameservers")
        {
            self = .word
        } else if has("version", "firmware", "release", "build", "revision") {
            self = .version
        } else {
            self = .plain
        }
    }
}
