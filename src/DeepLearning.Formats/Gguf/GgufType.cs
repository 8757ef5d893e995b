namespace DeepLearning.Formats;

/// <summary>
/// The element types of GGUF files, with the format's numbers. Those that begin with Q, IQ, TQ or end in FP4 are quantized: blocks of
/// numbers with a scale in common. All are listed and their blocks can be had; <see cref="GgufFile.Read(string)"/> says which are decoded.
/// </summary>
#pragma warning disable CA1707 // The names are the format's, by which everybody knows them.
public enum GgufType
{
    /// <summary>32-bit floating point.</summary>
    F32 = 0,

    /// <summary>16-bit floating point.</summary>
    F16 = 1,

    /// <summary>Blocks of 32: a scale, 4 bits a number.</summary>
    Q4_0 = 2,

    /// <summary>Blocks of 32: a scale and a least number, 4 bits a number.</summary>
    Q4_1 = 3,

    /// <summary>Blocks of 32: a scale, 5 bits a number.</summary>
    Q5_0 = 6,

    /// <summary>Blocks of 32: a scale and a least number, 5 bits a number.</summary>
    Q5_1 = 7,

    /// <summary>Blocks of 32: a scale, 8 bits a number.</summary>
    Q8_0 = 8,

    /// <summary>Blocks of 32: a scale and a sum, 8 bits a number; not decoded.</summary>
    Q8_1 = 9,

    /// <summary>Blocks of 256 in 16 groups, 2 bits a number.</summary>
    Q2_K = 10,

    /// <summary>Blocks of 256 in 16 groups, 3 bits a number.</summary>
    Q3_K = 11,

    /// <summary>Blocks of 256 in 8 groups, 4 bits a number.</summary>
    Q4_K = 12,

    /// <summary>Blocks of 256 in 8 groups, 5 bits a number.</summary>
    Q5_K = 13,

    /// <summary>Blocks of 256 in 16 groups, 6 bits a number.</summary>
    Q6_K = 14,

    /// <summary>Blocks of 256: a scale in float32, 8 bits a number.</summary>
    Q8_K = 15,

    /// <summary>By a codebook, 2.06 bits a number; not decoded.</summary>
    IQ2_XXS = 16,

    /// <summary>By a codebook, 2.31 bits a number; not decoded.</summary>
    IQ2_XS = 17,

    /// <summary>By a codebook, 3.06 bits a number; not decoded.</summary>
    IQ3_XXS = 18,

    /// <summary>By a codebook, 1.56 bits a number; not decoded.</summary>
    IQ1_S = 19,

    /// <summary>Blocks of 32 by a table of 16 numbers; not decoded.</summary>
    IQ4_NL = 20,

    /// <summary>By a codebook, 3.44 bits a number; not decoded.</summary>
    IQ3_S = 21,

    /// <summary>By a codebook, 2.56 bits a number; not decoded.</summary>
    IQ2_S = 22,

    /// <summary>Blocks of 256 by a table of 16 numbers; not decoded.</summary>
    IQ4_XS = 23,

    /// <summary>8-bit whole number.</summary>
    I8 = 24,

    /// <summary>16-bit whole number.</summary>
    I16 = 25,

    /// <summary>32-bit whole number.</summary>
    I32 = 26,

    /// <summary>64-bit whole number.</summary>
    I64 = 27,

    /// <summary>64-bit floating point.</summary>
    F64 = 28,

    /// <summary>By a codebook, 1.75 bits a number; not decoded.</summary>
    IQ1_M = 29,

    /// <summary>The upper half of a float32.</summary>
    BF16 = 30,

    /// <summary>Three values a number, packed by fives; not decoded.</summary>
    TQ1_0 = 34,

    /// <summary>Three values a number, 2 bits each; not decoded.</summary>
    TQ2_0 = 35,

    /// <summary>4-bit floats with a scale that is a power of two; not decoded.</summary>
    MXFP4 = 39,

    /// <summary>4-bit floats with 8-bit scales; not decoded.</summary>
    NVFP4 = 40,
}
#pragma warning restore CA1707
