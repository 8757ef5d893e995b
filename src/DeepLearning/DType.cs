namespace DeepLearning;

/// <summary>The type of a tensor's elements.</summary>
public enum DType : byte
{
    /// <summary>IEEE 754 single precision (<see cref="float"/>); the default.</summary>
    Float32,

    /// <summary>IEEE 754 double precision (<see cref="double"/>).</summary>
    Float64,

    /// <summary>IEEE 754 half precision (<see cref="Half"/>); computed in float32, stored in 16 bits.</summary>
    Float16,

    /// <summary>The upper half of a float32 (<see cref="DeepLearning.BFloat16"/>); computed in float32, stored in 16 bits.</summary>
    BFloat16,

    /// <summary>64-bit signed integer (<see cref="long"/>); the type of indices.</summary>
    Int64,

    /// <summary>32-bit signed integer (<see cref="int"/>).</summary>
    Int32,

    /// <summary>8-bit unsigned integer (<see cref="byte"/>).</summary>
    UInt8,

    /// <summary>Truth value (<see cref="bool"/>), one byte per element, 0 or 1.</summary>
    Bool,
}
