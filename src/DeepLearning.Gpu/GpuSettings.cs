using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>How kernels are compiled, everywhere alike.</summary>
internal static class GpuSettings
{
    public static void Apply(Context.Builder builder)
    {
        GpuInstructions.Register(builder);
        TensorInstructions.Register(builder);
        builder.Optimize(OptimizationLevel.O2);
    }
}
