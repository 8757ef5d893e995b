using System.Numerics;

namespace DeepLearning.Tests.Backends.Reference;

internal sealed partial class ReferenceBackend
{
    public override void GatherBlocks(Tensor x, Selection selection, Tensor y) => Gather(x, PlacesOf(selection, x.Layout), y);

    public override void ScatterBlocks(Tensor y, Selection selection, Tensor values, ScatterMode mode) =>
        Scatter(y, PlacesOf(selection, Layout.Contiguous(y.Layout.Lengths)), values, mode);

    public override void GatherAxis(Tensor x, int axis, Tensor index, Tensor y) => Gather(x, PlacesOf(axis, index, x.Layout), y);

    public override void ScatterAxis(Tensor y, int axis, Tensor index, Tensor values, ScatterMode mode) =>
        Scatter(y, PlacesOf(axis, index, Layout.Contiguous(y.Layout.Lengths)), values, mode);

    private void Gather(Tensor x, long[] places, Tensor y) => MoveBits(
        Memory(x), places, Memory(y), ReferenceElements.Places(y.Layout, y.Layout.Lengths), x.DType.Size());

    /// <summary>Writes values to places of y, counted in row-major order.</summary>
    private void Scatter(Tensor y, long[] places, Tensor values, ScatterMode mode)
    {
        switch (y.DType.Compute())
        {
            case DType.Float32: Apply<float>(); break;
            case DType.Float64: Apply<double>(); break;
            case DType.Int64: Apply<long>(); break;
            case DType.Int32: Apply<int>(); break;
            case DType.UInt8 or DType.Bool: Apply<byte>(); break;
            default: throw DTypes.Unsupported(y.DType);
        }

        void Apply<T>()
            where T : unmanaged, INumber<T>
        {
            T[] target = Load<T>(y), given = Load<T>(values);
            for (int i = 0; i < given.Length; i++)
            {
                ref T old = ref target[places[i]];
                old = (mode, y.DType == DType.Bool) switch
                {
                    (ScatterMode.Set, _) => given[i],
                    (ScatterMode.Add, false) => old + given[i],
                    (ScatterMode.Multiply, false) => old * given[i],
                    (ScatterMode.Max, _) or (ScatterMode.Add, true) => T.Max(old, given[i]),
                    (ScatterMode.Min, _) or (ScatterMode.Multiply, true) => T.Min(old, given[i]),
                    _ => throw new NotSupportedException($"Elements are not combined by {mode}."),
                };
            }

            Store(target, y);
        }
    }

    /// <summary>For each element of what a selection gives, its place in a layout.</summary>
    private long[] PlacesOf(Selection selection, Layout layout)
    {
        long[][] indices = Array.ConvertAll(selection.Indices, i => Load<long>(i));
        long[] outer = ReferenceElements.Places(Part(layout, selection.OuterAxes), Lengths(layout, selection.OuterAxes));
        long[] inner = ReferenceElements.Places(Part(layout, selection.InnerAxes), Lengths(layout, selection.InnerAxes));
        List<long> places = [];
        foreach (long start in outer)
        {
            for (int i = 0; i < indices[0].Length; i++)
            {
                long block = layout.Offset + start;
                for (int axis = 0; axis < indices.Length; axis++)
                {
                    block += indices[axis][i] * layout.Strides[selection.Axes[axis]];
                }

                places.AddRange(inner.Select(place => block + place));
            }
        }

        return [.. places];
    }

    private long[] PlacesOf(int axis, Tensor index, Layout layout)
    {
        if (layout.Rank == 0)
        {
            return [layout.Offset];
        }

        long[] strides = [.. layout.Strides];
        long along = strides[axis];
        strides[axis] = 0;
        Layout others = new(index.Layout.Lengths, strides, layout.Offset);
        long[] starts = ReferenceElements.Places(others, index.Layout.Lengths), positions = Load<long>(index);
        return [.. starts.Select((start, i) => start + (positions[i] * along))];
    }

    private static int[] Lengths(Layout layout, int[] axes) => Array.ConvertAll(axes, axis => layout.Lengths[axis]);

    private static Layout Part(Layout layout, int[] axes) =>
        new(Lengths(layout, axes), Array.ConvertAll(axes, axis => layout.Strides[axis]), 0);
}
