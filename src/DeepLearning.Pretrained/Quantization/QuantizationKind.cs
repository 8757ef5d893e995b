namespace DeepLearning.Pretrained;

/// <summary>How <see cref="PretrainedModel.Quantize"/> stores the weights of linear maps.</summary>
public enum QuantizationKind
{
    /// <summary>
    /// 8-bit numbers with one scale for each row of the weight, w ≈ s q, s = max|w| / 127; the input is rounded to 8 bits at each call,
    /// with one scale for each of its rows. As PyTorch's dynamic quantization, but symmetric in both.
    /// </summary>
    Int8Rows,

    /// <summary>
    /// 8-bit numbers in blocks of 32 with a scale each: GGUF's Q8_0. The input is rounded to 8 bits in blocks of 32, too. Needs rows of a
    /// multiple of 32.
    /// </summary>
    Int8Blocks,

    /// <summary>4-bit numbers in blocks of 32 with a scale each: GGUF's Q4_0. The input as for <see cref="Int8Blocks"/>.</summary>
    Int4Blocks,
}
