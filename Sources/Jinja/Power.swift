#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// `base` to the power of `exponent`, as the C library gives it.
func raise(_ base: Double, to exponent: Double) -> Double {
    pow(base, exponent)
}
