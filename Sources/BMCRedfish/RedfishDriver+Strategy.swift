import Redfish

extension RedfishDriver {
    /// How this maker's BMCs are spoken to, and why: nil while all are spoken to alike.
    func vendorStrategy(service: JSON, manager: JSON, system: JSON) -> (name: String, reason: String)? { nil }
}
