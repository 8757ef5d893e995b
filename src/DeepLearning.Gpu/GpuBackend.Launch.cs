using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

/// <content>Launches. The tensors whose memory a kernel gets are kept alive by the caller until then.</content>
internal sealed partial class GpuBackend
{
    private void Launch<T1, T2>(Action<T1, T2> kernel, KernelConfig config, T1 a, T2 b)
        where T1 : struct
        where T2 : struct =>
        _context.Launcher<Action<AcceleratorStream, KernelConfig, T1, T2>>(kernel)(_context.Stream, config, a, b);

    private void Launch<T1, T2, T3>(Action<T1, T2, T3> kernel, KernelConfig config, T1 a, T2 b, T3 c)
        where T1 : struct
        where T2 : struct
        where T3 : struct =>
        _context.Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3>>(kernel)(_context.Stream, config, a, b, c);

    private void Launch<T1, T2, T3, T4>(Action<T1, T2, T3, T4> kernel, KernelConfig config, T1 a, T2 b, T3 c, T4 d)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct =>
        _context.Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>>(kernel)(_context.Stream, config, a, b, c, d);

    private void Launch<T1, T2, T3, T4, T5>(Action<T1, T2, T3, T4, T5> kernel, KernelConfig config, T1 a, T2 b, T3 c, T4 d, T5 e)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct
        where T5 : struct =>
        _context.Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>>(kernel)(_context.Stream, config, a, b, c, d, e);

    private void Launch<T1, T2, T3, T4, T5, T6>(
        Action<T1, T2, T3, T4, T5, T6> kernel, KernelConfig config, T1 a, T2 b, T3 c, T4 d, T5 e, T6 f)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct
        where T5 : struct
        where T6 : struct =>
        _context.Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>>(kernel)(
            _context.Stream, config, a, b, c, d, e, f);

    private void Launch<T1, T2, T3, T4, T5, T6, T7>(
        Action<T1, T2, T3, T4, T5, T6, T7> kernel, KernelConfig config, T1 a, T2 b, T3 c, T4 d, T5 e, T6 f, T7 g)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct
        where T5 : struct
        where T6 : struct
        where T7 : struct =>
        _context.Launcher<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>>(kernel)(
            _context.Stream, config, a, b, c, d, e, f, g);

    /// <summary>Groups of a given number of threads, one for each piece of work, or as many as a grid has.</summary>
    private static KernelConfig Groups(long pieces, int threads) => new((int)Math.Clamp(pieces, 1, int.MaxValue), threads);

    /// <summary>Threads of a group that works together: 256 on a GPU, 16 on the debugging device.</summary>
    private bool HasLargeGroups => _context.Accelerator.MaxNumThreadsPerGroup >= 256;

    /// <summary>Memory for a kernel's own use, to be returned after the launch of what reads it.</summary>
    private Tensor Scratch(long bytes) => bytes <= int.MaxValue
        ? Tensor.Allocate([(int)bytes], DType.UInt8, _device)
        : Tensor.Allocate([checked((int)((bytes + (1 << 20) - 1) >> 20)), 1 << 20], DType.UInt8, _device);
}
