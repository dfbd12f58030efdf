public import OperatorAPI

/// Images and container images as text for people.
public enum StockText {
    public static func tokens(_ tokens: [TokenReport], _ look: Appearance) -> String {
        var table = Table("ID", "OWNER", "MADE", "LAST USED")
        for token in tokens {
            table.add(
                "\(token.id)",
                "\(token.name)",
                "\(look.date(token.createdAt))",
                "\(token.usedAt.map(look.date) ?? "not known")"
            )
        }
        return table.text(look)
    }

    public static func list(_ images: [StoredImage], none: String, _ look: Appearance) -> String {
        guard !images.isEmpty else { return none }
        var table = Table("NAME", "SIZE", "DIGEST", "DETAIL")
        for image in images {
            table.add("\(image.name)", "\(Octets.text(image.size))", "\(short(image.digest))", "\(image.detail)")
        }
        return table.text(look)
    }

    public static func added(_ image: StoredImage) -> String {
        "\(image.name.oneLine): \(Octets.text(image.size)), \(image.digest.oneLine)"
            + (image.detail.isEmpty ? "" : " (\(image.detail.oneLine))")
    }

    /// As many digits of a digest as tell it apart.
    private static func short(_ digest: String) -> String {
        let digits = digest.hasPrefix("sha256:") ? digest.dropFirst(7) : digest[...]
        return digits.count > 16 ? String(digits.prefix(16)) + "…" : String(digits)
    }
}
