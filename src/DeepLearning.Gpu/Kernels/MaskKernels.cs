using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>Truth values as they are counted.</summary>
internal static class MaskKernels
{
    /// <summary>0 or 1, whatever bits a truth value has.</summary>
    public static void Numbers(ArrayView<byte> mask, ArrayView<long> y)
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            y[i] = mask[i] != 0 ? 1 : 0;
        }
    }
}
