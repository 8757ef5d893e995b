using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

/// <content>Launches of matrix products in tiles, for whatever reads and writes as one.</content>
internal sealed partial class GpuBackend
{
    /// <summary>Groups that keep a large GPU busy. The library's number, not the device's: how k is split decides the last bits.</summary>
    private const int WantedGroups = 256;

    /// <summary>The shortest part of k that is worth a group of its own.</summary>
    private const int LeastPart = 256;

    /// <summary>The most parts of k.</summary>
    private const int MostParts = 256;

    private readonly bool _hasTensorCores;

    /// <summary>Whether products of float32 may round their operands to 10 bits of fraction, for tensor cores.</summary>
    public bool AllowTf32 { get; set; }

    /// <summary>The number of parts that k is split in, and their length.</summary>
    internal static (int Splits, int Length) SplitOf(long m, long n, long batches, int k)
    {
        long tiles = Math.Max(1, batches * ((m + 63) / 64) * ((n + 63) / 64));
        long splits = Math.Clamp(Math.Min(WantedGroups / tiles, k / LeastPart), 1, MostParts);
        int length = (int)((((k + splits - 1) / splits) + 31) / 32 * 32);
        return (Math.Max(1, (k + Math.Max(length, 1) - 1) / Math.Max(length, 1)), Math.Max(length, 32));
    }

    /// <summary>The tensors of a product, and what its kernel needs besides them.</summary>
    /// <param name="A">The left operand.</param>
    /// <param name="B">The right operand.</param>
    /// <param name="Taps">Places of a window, for a convolution.</param>
    /// <param name="Bias">What is added.</param>
    /// <param name="Y">The result.</param>
    /// <param name="Places">The sizes, with k in one part.</param>
    /// <param name="IsEach">Whether each result is worth a thread of its own.</param>
    /// <param name="Chain">The operations that follow.</param>
    private readonly record struct GemmTensors(
        Tensor A, Tensor B, Tensor? Taps, Tensor? Bias, Tensor Y, GemmPlaces Places, bool IsEach = false, ChainCall? Chain = null);

    private void Gemm<TElement, S, TPart, P, R, TCore, TA, TB, TY>(in GemmTensors tensors, TA left, TB right, TY result)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where TPart : struct, IElement<P, R>
        where P : unmanaged
        where R : unmanaged, IReal<R>
        where TCore : struct, ITensorCore<S, R>
        where TA : struct, IGemmOperand<S>
        where TB : struct, IGemmOperand<S>
        where TY : struct, IGemmResult
    {
        if (tensors.Chain is { } chain)
        {
            chain.Build(new ChainedGemm<TElement, S, TPart, P, R, TCore, TA, TB, TY>(this, tensors, left, right, result));
            return;
        }

        ArrayView<S> bias = tensors.Bias is null ? All<S>(tensors.Y) : View<S>(tensors.Bias);
        GemmInto<TElement, S, TPart, P, R, TCore, TA, TB, TY>(tensors, bias, left, right, result);
    }

    /// <summary>The product, with the memory that the bias and the operations that follow read.</summary>
    private void GemmInto<TElement, S, TPart, P, R, TCore, TA, TB, TY>(
        in GemmTensors tensors, ArrayView<S> bias, TA left, TB right, TY result)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where TPart : struct, IElement<P, R>
        where P : unmanaged
        where R : unmanaged, IReal<R>
        where TCore : struct, ITensorCore<S, R>
        where TA : struct, IGemmOperand<S>
        where TB : struct, IGemmOperand<S>
        where TY : struct, IGemmResult
    {
        GemmPlaces places = tensors.Places;
        (int splits, int length) = SplitOf(places.M, places.N, places.Batches, places.K);
        GemmPlaces WithParts(int parts, bool adds) => new(
            places.M, places.N, places.K, places.Batches, places.BatchAxes, parts, length, adds ? places.BiasRow : 0,
            adds ? places.BiasColumn : 0);

        if (splits == 1)
        {
            GemmPlaces whole = WithParts(1, true);
            Choose<TElement, S, TElement, S, R, TCore, TA, TB, TY>(tensors, All<S>(tensors.Y), bias, left, right, result, whole);
        }
        else
        {
            long matrix = (long)places.M * places.N * places.Batches;
            DType sumType = Unsafe.SizeOf<P>() == 8 ? DType.Float64 : DType.Float32;
            Tensor parts = Tensor.Allocate([splits, checked((int)matrix)], sumType, _device);
            DenseResult dense = new(0, places.N, places.N % 4 == 0 ? 1 : 0);
            GemmPlaces sums = WithParts(splits, false);
            Choose<TElement, S, TPart, P, R, TCore, TA, TB, DenseResult>(tensors, All<P>(parts), All<P>(parts), left, right, dense, sums);
            _context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<P>, ArrayView<S>, ArrayView<S>, TY, GemmPlaces>>(
                (Action<ArrayView<P>, ArrayView<S>, ArrayView<S>, TY, GemmPlaces>)GemmKernels.Finish<TPart, P, TElement, S, R, TY>)(
                _context.Stream, _context.Config(matrix), All<P>(parts), bias, All<S>(tensors.Y), result, WithParts(splits, true));
            parts.Return();
        }

        GC.KeepAlive(tensors.A);
        GC.KeepAlive(tensors.B);
        GC.KeepAlive(tensors.Taps);
        GC.KeepAlive(tensors.Bias);
        GC.KeepAlive(tensors.Chain);
        GC.KeepAlive(tensors.Y);
    }

    /// <summary>Chooses the tile; results do not depend on it.</summary>
    private void Choose<TElement, S, TOut, O, R, TCore, TA, TB, TY>(
        in GemmTensors tensors, ArrayView<O> y, ArrayView<O> bias, TA left, TB right, TY result, GemmPlaces places)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where TOut : struct, IElement<O, R>
        where O : unmanaged
        where R : unmanaged, IReal<R>
        where TCore : struct, ITensorCore<S, R>
        where TA : struct, IGemmOperand<S>
        where TB : struct, IGemmOperand<S>
        where TY : struct, IGemmResult
    {
        Action<ArrayView<S>, ArrayView<S>, ArrayView<Tap>, ArrayView<O>, ArrayView<O>, TA, TB, TY, GemmPlaces> kernel;
        KernelConfig config;
        if (tensors.IsEach)
        {
            kernel = GemmKernels.Each<TElement, S, TOut, O, R, TA, TB, TY>;
            config = _context.Config((long)places.M * places.N * places.Batches * places.Splits);
        }
        else if (_context.Accelerator.MaxNumThreadsPerGroup < 256)
        {
            kernel = GemmKernels.Tiled<Tile16x16, TElement, S, TOut, O, R, TA, TB, TY>;
            config = TilesOf<Tile16x16>(places);
        }
        else if (places.M <= 16)
        {
            kernel = GemmKernels.Tiled<Tile16x256, TElement, S, TOut, O, R, TA, TB, TY>;
            config = TilesOf<Tile16x256>(places);
        }
        else if (places.N <= 16)
        {
            kernel = GemmKernels.Tiled<Tile256x16, TElement, S, TOut, O, R, TA, TB, TY>;
            config = TilesOf<Tile256x16>(places);
        }
        else if (UsesTensorCores(TCore.PerWord))
        {
            kernel = TensorKernels.Tiled<TCore, S, TOut, O, R, TA, TB, TY>;
            long tasks = GemmTask.Count(places, TensorKernels.Side, TensorKernels.Side);
            config = new KernelConfig((int)Math.Min(tasks, int.MaxValue), TensorKernels.Threads);
        }
        else if (Unsafe.SizeOf<R>() == 4 && GemmTask.Count(places, 128, 128) >= WantedGroups / 2)
        {
            kernel = GemmKernels.Tiled<Tile128x128, TElement, S, TOut, O, R, TA, TB, TY>;
            config = TilesOf<Tile128x128>(places);
        }
        else
        {
            kernel = GemmKernels.Tiled<Tile64x64, TElement, S, TOut, O, R, TA, TB, TY>;
            config = TilesOf<Tile64x64>(places);
        }

        _context.Launcher<Action<
            AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<Tap>, ArrayView<O>, ArrayView<O>, TA, TB, TY,
            GemmPlaces>>(
            kernel)(
            _context.Stream, config, All<S>(tensors.A), All<S>(tensors.B), All<Tap>(tensors.Taps ?? tensors.Y), bias, y, left, right,
            result, places);
    }

    /// <summary>Whether tensor cores may take numbers of so many a word, and are there: 16 bits always, float32 by choice.</summary>
    private bool UsesTensorCores(int perWord) => (perWord == 2 || (perWord == 1 && AllowTf32)) && _hasTensorCores;

    private static KernelConfig TilesOf<TTile>(GemmPlaces places)
        where TTile : struct, IGemmTile => new(
            (int)Math.Min(GemmTask.Count(places, GemmTile<TTile>.Rows, GemmTile<TTile>.Columns), int.MaxValue), GemmTile<TTile>.Threads);
}
